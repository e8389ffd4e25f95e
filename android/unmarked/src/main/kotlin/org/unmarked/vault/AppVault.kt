package org.unmarked.vault

import android.content.Context
import org.unmarked.core.OpenVault
import org.unmarked.core.VaultException
import org.unmarked.core.VaultNeeds
import org.unmarked.core.VaultSettings
import org.unmarked.core.VaultUnlock
import org.unmarked.core.createVault
import org.unmarked.core.openVault
import org.unmarked.core.vaultNeeds
import org.unmarked.core.wipeVault
import org.unmarked.share.wipe
import java.io.File
import java.nio.ByteBuffer
import java.nio.CharBuffer
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors

/**
 * The vault of this app, in `noBackupFilesDir`, opened by a key of this device and, if the person
 * wants one, a passphrase besides.
 *
 * Everything is done in order on a thread of its own; the futures end there, so continue on the main
 * thread with `whenCompleteAsync(…, context.mainExecutor)`. They fail with [VaultException] or
 * [VaultKeyException]. Passphrases are wiped as soon as they were used.
 *
 * One process opens a vault, and one object in it. Lock it when the app leaves the screen.
 */
class AppVault(
    context: Context,
    private val name: String = "vault",
    protection: KeyProtection = KeyProtection(),
    private val settings: VaultSettings = VaultSettings(),
) {
    private val key = VaultKey(context.applicationContext, name, protection)
    private val folder = File(context.applicationContext.noBackupFilesDir, "unmarked-$name").path
    private val worker: ExecutorService = Executors.newSingleThreadExecutor { Thread(it, "unmarked-vault").apply { isDaemon = true } }

    // of the worker alone
    private var vault: OpenVault? = null

    /** What opens the vault: the key of the device, or that and a passphrase. It need not be open. */
    fun needs(): CompletableFuture<VaultNeeds> = queued { vaultNeeds(folder) }

    /** Makes the vault, and leaves it open. Fails with [VaultException.NotEmpty] if there is one. */
    fun create(passphrase: CharArray?): CompletableFuture<Unit> = queued {
        direct(passphrase) { typed ->
            // before a key is staged: one that a crash left there may open the vault that is there
            if (isThere()) throw VaultException.NotEmpty("there is a vault already", "open it, or wipe it first")
            key.stage(leastGeneration = 0)
            settle(unlock(VaultKey.Slot.STAGED, typed) { createVault(folder, it, settings) }, VaultKey.Slot.STAGED)
        }
    }

    /** Opens the vault. Opening it again does nothing. */
    fun open(passphrase: CharArray?): CompletableFuture<Unit> = queued {
        direct(passphrase) { typed -> if (vault == null) openBy(key.slots(), typed) }
    }

    /**
     * Hands the open vault to [work], on the vault's thread. Fails with [VaultException.Locked] if it
     * is not open.
     */
    fun <T> use(work: (OpenVault) -> T): CompletableFuture<T> = queued { work(opened()) }

    /** Changes the passphrase, or leaves it out, and the key of the device with it. */
    fun rekey(passphrase: CharArray?): CompletableFuture<Unit> = queued {
        direct(passphrase) { typed ->
            val open = opened()
            key.stage(leastGeneration = key.leastGeneration(VaultKey.Slot.CURRENT))
            unlock(VaultKey.Slot.STAGED, typed, open::rekey)
            settle(open, VaultKey.Slot.STAGED)
        }
    }

    /** Wipes the keys from memory. Locking again does nothing. */
    fun lock(): CompletableFuture<Unit> = queued { close() }

    /**
     * Destroys the vault, open or not: first the keys of the device, without which no copy of it can
     * be opened, then the vault's own and its files. Every step is tried; the first failure is told.
     */
    fun wipe(): CompletableFuture<Unit> = queued {
        val open = vault
        vault = null
        val steps = VaultKey.Slot.values().map { slot -> { key.destroy(slot) } } + { if (open != null) open.wipe() else wipeVault(folder) }
        val failures = steps.mapNotNull { runCatching(it).exceptionOrNull() }
        open?.close()
        failures.firstOrNull()?.let { throw it }
    }

    /** True if there is a vault, or what is left of one. */
    private fun isThere(): Boolean =
        try {
            vaultNeeds(folder)
            true
        } catch (_: VaultException.NoVault) {
            false
        }

    /** Tries the keys that there are. A crash while the key was changed leaves two, and one of them opens the vault. */
    private fun openBy(slots: List<VaultKey.Slot>, passphrase: ByteBuffer?) {
        val failures = slots.map { slot ->
            try {
                val least = settings.copy(leastGeneration = key.leastGeneration(slot).toULong())
                return settle(unlock(slot, passphrase) { openVault(folder, it, least) }, slot)
            } catch (failure: VaultException.WrongKey) {
                failure
            } catch (failure: VaultKeyException) {
                failure
            }
        }
        vaultNeeds(folder) // without a vault, that is what is wrong
        throw failures.firstOrNull() ?: VaultKeyException(VaultKeyProblem.LOST)
    }

    /**
     * The vault is open by the key in [slot]: no other is needed from now on. If that cannot be kept, the
     * vault is as locked as it was.
     */
    private fun settle(open: OpenVault, slot: VaultKey.Slot) {
        try {
            if (slot == VaultKey.Slot.STAGED) key.promote() else key.destroy(VaultKey.Slot.STAGED)
            key.note(open.generation().toLong())
            vault = open
        } finally {
            if (vault !== open) open.close()
        }
    }

    private fun close() {
        val open = vault ?: return
        vault = null
        // the core's object may be held elsewhere too: its keys go now
        open.use {
            val generation = runCatching { it.generation().toLong() }
            it.lock()
            generation.onSuccess(key::note)
        }
    }

    private fun opened(): OpenVault = vault ?: throw VaultException.Locked("the vault is locked", "open it again")

    private fun <T> unlock(slot: VaultKey.Slot, passphrase: ByteBuffer?, work: (VaultUnlock) -> T): T {
        val unlock = key.use(slot) {
            if (passphrase == null) VaultUnlock.withPlatformKey(it) else VaultUnlock.withBoth(it, passphrase)
        }
        return unlock.use(work)
    }

    private fun <T> queued(work: () -> T): CompletableFuture<T> {
        val done = CompletableFuture<T>()
        worker.execute {
            try {
                done.complete(work())
            } catch (failure: Throwable) {
                done.completeExceptionally(failure)
            }
        }
        return done
    }
}

/** Hands [work] the characters as UTF-8 in a direct buffer, and wipes both. */
private fun direct(characters: CharArray?, work: (ByteBuffer?) -> Unit) {
    if (characters == null) return work(null)
    // three bytes at most for each unit of UTF-16
    val room = ByteBuffer.allocateDirect(3 * characters.size + 1)
    try {
        // half a character at the end or the like: what is left out would open the vault without it
        if (Charsets.UTF_8.newEncoder().encode(CharBuffer.wrap(characters), room, true).isError) {
            throw VaultException.Unusable("the passphrase is not text", "type it again")
        }
        room.flip()
        work(room.slice())
    } finally {
        room.wipe()
        characters.fill('\u0000')
    }
}
