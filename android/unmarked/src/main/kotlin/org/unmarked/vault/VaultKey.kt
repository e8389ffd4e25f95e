package org.unmarked.vault

import android.content.Context
import org.unmarked.share.wipe
import java.io.File
import java.nio.ByteBuffer
import java.security.SecureRandom

/**
 * The platform key of a vault: 32 random bytes, wrapped by a key of the Android Keystore that cannot
 * be exported, in `noBackupFilesDir`, so that a copy of the app's files opens nothing elsewhere.
 *
 * Beside it stands the latest generation of the vault that was noted. It tells an old copy of the
 * vault's folder; who can put back this file as well is not told.
 *
 * A new key is [staged][stage] beside the one in use until the vault is opened by it, and then
 * [promoted][promote]: after a crash at any point there is one that opens the vault.
 *
 * Every call blocks, on a secure element up to some seconds. Errors: [VaultKeyException].
 */
class VaultKey(context: Context, name: String, protection: KeyProtection = KeyProtection()) {
    /** A key of the two that there can be. */
    enum class Slot {
        /** The one in use. */
        CURRENT,

        /** One that was made, and may be in use already if a crash came before it was promoted. */
        STAGED,
    }

    private val keystore = KeystoreWrapping(context, protection)
    private val files = mapOf(
        Slot.CURRENT to WrappedKeyFile(File(context.noBackupFilesDir, "unmarked-$name.key")),
        Slot.STAGED to WrappedKeyFile(File(context.noBackupFilesDir, "unmarked-$name.staged.key")),
    )

    /** The keys that there are, the one in use first. */
    fun slots(): List<Slot> = Slot.values().filter { file(it).exists }

    /** Makes a new key, staged. [leastGeneration] is noted with it. One that was staged before is destroyed. */
    fun stage(leastGeneration: Long) {
        destroy(Slot.STAGED)
        val random = SecureRandom()
        val name = ByteArray(WrappedKeyFile.NAME).also(random::nextBytes)
        val alias = WrappedKeyFile.alias(name)
        val key = ByteArray(LENGTH).also(random::nextBytes)
        try {
            keystore.make(alias)
            val wrapped = keystore.wrap(alias, key, WrappedKeyFile.context(name))
            file(Slot.STAGED).write(WrappedKeyFile.Content(name, leastGeneration, wrapped))
        } catch (failure: VaultKeyException) {
            runCatching { keystore.destroy(alias) }
            throw failure
        } finally {
            key.fill(0)
        }
    }

    /** The staged key takes the place of the one in use, which the Keystore forgets. */
    fun promote() {
        val before = held(Slot.CURRENT)
        file(Slot.STAGED).replace(file(Slot.CURRENT))
        before?.let { keystore.destroy(it.alias) }
    }

    /** Hands [work] the key in a direct buffer at position 0 that is wiped afterwards. */
    fun <T> use(slot: Slot, work: (ByteBuffer) -> T): T {
        val held = content(slot)
        val key = keystore.unwrap(held.alias, held.wrapped, held.context)
        val direct = ByteBuffer.allocateDirect(key.size)
        try {
            direct.put(key)
            direct.rewind()
            return work(direct)
        } finally {
            direct.wipe()
            key.fill(0)
        }
    }

    /** The latest generation that was noted with the key. */
    fun leastGeneration(slot: Slot): Long = content(slot).generation

    /** Notes the generation of the vault, which never goes back. */
    fun note(generation: Long) {
        val held = content(Slot.CURRENT)
        if (generation > held.generation) file(Slot.CURRENT).write(WrappedKeyFile.Content(held.name, generation, held.wrapped))
    }

    /** Destroys the key in the Keystore, which makes the file worthless, then the file. */
    fun destroy(slot: Slot) {
        held(slot)?.let { keystore.destroy(it.alias) }
        file(slot).remove()
    }

    private fun file(slot: Slot) = files.getValue(slot)

    private fun content(slot: Slot) = file(slot).read() ?: throw VaultKeyException(VaultKeyProblem.LOST)

    /** What is there, if it can be made out. */
    private fun held(slot: Slot): WrappedKeyFile.Content? =
        try {
            file(slot).read()
        } catch (failure: VaultKeyException) {
            if (failure.problem != VaultKeyProblem.DAMAGED) throw failure
            null
        }

    companion object {
        /** How long a platform key is, in bytes. */
        const val LENGTH = 32
    }
}
