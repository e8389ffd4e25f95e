package org.unmarked

import android.content.pm.PackageManager
import android.security.keystore.KeyProperties
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.unmarked.core.PassphraseCost
import org.unmarked.core.VaultException
import org.unmarked.core.VaultNeeds
import org.unmarked.core.VaultRecordKind
import org.unmarked.core.VaultRecordToAdd
import org.unmarked.core.VaultSettings
import org.unmarked.vault.AppVault
import org.unmarked.vault.KeyProtection
import org.unmarked.vault.VaultKey
import org.unmarked.vault.VaultKeyException
import org.unmarked.vault.VaultKeyProblem
import java.io.File
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import java.util.concurrent.TimeUnit

/** The vault of the app: the Keystore's key, the file with the wrapped key, and what a crash leaves. */
@RunWith(RobolectricTestRunner::class)
class AppVaultTest {
    private val private get() = Phone.app.noBackupFilesDir
    private val keyFile get() = File(private, "unmarked-vault.key")
    private val stagedFile get() = File(private, "unmarked-vault.staged.key")
    private val photo = Photos.planted()

    @Before
    fun phone() {
        FakeKeystore.install()
        shadowOf(Phone.keyguard).setIsDeviceSecure(true)
    }

    private fun vault(protection: KeyProtection = KeyProtection()) =
        AppVault(Phone.app, protection = protection, settings = VaultSettings(cost = PassphraseCost(8192u, 1u)))

    private fun AppVault.store() = use { it.add(direct(photo), VaultRecordToAdd(VaultRecordKind.Original)) }.now()

    /** A vault with one photo, locked. */
    private fun stored(passphrase: String? = null): String {
        val vault = vault()
        vault.create(passphrase?.toCharArray()).now()
        return vault.store().also { vault.lock().now() }
    }

    private fun opens(id: String, passphrase: String? = null) {
        val vault = vault()
        vault.open(passphrase?.toCharArray()).now()
        vault.use { open -> open.read(id).use { assertArrayEquals(photo, it.all()) } }.now()
        vault.lock().now()
    }

    private fun problem(work: () -> Unit) = assertThrows(VaultKeyException::class.java) { work() }.problem

    @Test
    fun `it is made, locked and opened again by the device`() {
        val id = stored()
        assertEquals(VaultNeeds.PLATFORM_KEY, vault().needs().now())
        opens(id)
        assertThrows(VaultException.Locked::class.java) { vault().use { it.list() }.now() }
        assertThrows(VaultException.NotEmpty::class.java) { vault().create(null).now() }
        opens(id)
        assertEquals(setOf("unmarked-vault", "unmarked-vault.key"), private.list()!!.toSet())
        assertEquals(1, FakeKeystore.entries.size)
    }

    @Test
    fun `with a passphrase it needs both, and the characters are wiped`() {
        val typed = "pass phrase \uD83D\uDE00".toCharArray()
        val vault = vault()
        vault.create(typed).now()
        assertTrue(typed.all { it == '\u0000' })
        val id = vault.store()
        vault.lock().now()
        assertEquals(VaultNeeds.BOTH, vault.needs().now())
        opens(id, "pass phrase \uD83D\uDE00")
        assertThrows(VaultException.WrongKey::class.java) { vault.open("other".toCharArray()).now() }
        assertThrows(VaultException.NeedsOther::class.java) { vault.open(null).now() }
        assertThrows(VaultException.Unusable::class.java) { vault.open("pass phrase \uD83D".toCharArray()).now() }
        assertThrows(VaultException.Unusable::class.java) { vault.open("".toCharArray()).now() }
    }

    @Test
    fun `the Keystore's key is made for this use alone`() {
        stored()
        val spec = FakeKeystore.entries.values.single().spec
        assertEquals(256, spec.keySize)
        assertEquals(KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT, spec.purposes)
        assertEquals(listOf(KeyProperties.BLOCK_MODE_GCM), spec.blockModes.toList())
        assertTrue(spec.isRandomizedEncryptionRequired && spec.isUnlockedDeviceRequired)
        assertFalse(spec.isStrongBoxBacked || spec.isUserAuthenticationRequired)
        assertFalse("the alias tells nothing", "vault" in spec.keystoreAlias.removePrefix("unmarked.vault."))
    }

    @Test
    fun `a secure element is used where there is one, and not insisted on`() {
        shadowOf(Phone.app.packageManager).setSystemFeature(PackageManager.FEATURE_STRONGBOX_KEYSTORE, true)
        FakeKeystore.strongBox = true
        opens(stored())
        assertTrue(FakeKeystore.entries.values.single().spec.isStrongBoxBacked)
        vault().wipe().now()
        FakeKeystore.strongBox = false // full, or the feature is a lie
        opens(stored())
        assertFalse(FakeKeystore.entries.values.single().spec.isStrongBoxBacked)
    }

    @Test
    fun `it waits for the device to be unlocked`() {
        val id = stored()
        shadowOf(Phone.keyguard).setIsDeviceLocked(true)
        assertEquals(VaultKeyProblem.DEVICE_LOCKED, problem { vault().open(null).now() })
        shadowOf(Phone.keyguard).setIsDeviceLocked(false)
        opens(id)
    }

    @Test
    fun `it waits for the person where that is asked for`() {
        val vault = vault(KeyProtection(authenticationSeconds = 30))
        FakeKeystore.authenticated = true
        vault.create(null).now()
        assertTrue(FakeKeystore.entries.values.single().spec.isUserAuthenticationRequired)
        vault.lock().now()
        FakeKeystore.authenticated = false
        assertEquals(VaultKeyProblem.NOT_AUTHENTICATED, problem { vault.open(null).now() })
        FakeKeystore.authenticated = true
        vault.open(null).now()
    }

    @Test
    fun `without a screen lock`() {
        shadowOf(Phone.keyguard).setIsDeviceSecure(false)
        assertEquals(VaultKeyProblem.NO_SCREEN_LOCK, problem { vault(KeyProtection(authenticationSeconds = 30)).create(null).now() })
        opens(stored())
        assertFalse(FakeKeystore.entries.values.single().spec.isUnlockedDeviceRequired)
    }

    @Test
    fun `a key that the device destroyed or invalidated is told as lost`() {
        stored()
        FakeKeystore.entries.values.single().invalidated = true
        assertEquals(VaultKeyProblem.LOST, problem { vault().open(null).now() })
        FakeKeystore.entries.clear()
        assertEquals(VaultKeyProblem.LOST, problem { vault().open(null).now() })
        keyFile.delete()
        assertEquals(VaultKeyProblem.LOST, problem { vault().open(null).now() })
        // the way on from there
        vault().wipe().now()
        opens(stored())
    }

    @Test
    fun `a key file that was changed anywhere opens nothing, but for the noted generation`() {
        val id = stored()
        val whole = keyFile.readBytes()
        val generation = 17..24
        for (at in whole.indices.filter { it !in generation }) {
            keyFile.writeBytes(whole.copyOf().also { it[at] = (it[at] + 1).toByte() })
            val problem = problem { vault().open(null).now() }
            assertTrue("at $at: $problem", problem == VaultKeyProblem.DAMAGED || problem == VaultKeyProblem.LOST)
        }
        for (length in whole.indices) {
            keyFile.writeBytes(whole.copyOf(length))
            assertEquals(VaultKeyProblem.DAMAGED, problem { vault().open(null).now() })
        }
        keyFile.writeBytes(whole + 0)
        assertEquals(VaultKeyProblem.DAMAGED, problem { vault().open(null).now() })
        keyFile.writeBytes(whole)
        opens(id)
    }

    @Test
    fun `the file holds no key in the clear, and each vault has another`() {
        stored()
        val key = VaultKey(Phone.app, "vault")
        val first = key.use(VaultKey.Slot.CURRENT) { buffer -> ByteArray(32).also(buffer::get) }
        val file = keyFile.readBytes().toList()
        assertFalse(file.windowed(8).any { window -> first.toList().windowed(8).contains(window) })
        vault().wipe().now()
        stored()
        val second = key.use(VaultKey.Slot.CURRENT) { buffer -> ByteArray(32).also(buffer::get) }
        assertNotEquals(first.toList(), second.toList())
    }

    @Test
    fun `the buffer with the key is wiped`() {
        stored()
        val buffer = VaultKey(Phone.app, "vault").use(VaultKey.Slot.CURRENT) { it }
        buffer.clear()
        assertEquals(List(32) { 0.toByte() }, List(32) { buffer.get() })
    }

    @Test
    fun `an old copy of the vault's folder is told`() {
        val vault = vault()
        vault.create(null).now()
        vault.lock().now()
        val folder = File(private, "unmarked-vault")
        val old = File(private.parentFile, "old")
        folder.copyRecursively(old)
        vault.open(null).now()
        vault.store()
        vault.lock().now()
        folder.deleteRecursively()
        old.renameTo(folder)
        assertThrows(VaultException.RolledBack::class.java) { vault.open(null).now() }
    }

    @Test
    fun `what is noted never goes back`() {
        stored()
        val key = VaultKey(Phone.app, "vault")
        val noted = key.leastGeneration(VaultKey.Slot.CURRENT)
        assertTrue("$noted", noted > 1)
        key.note(1)
        assertEquals(noted, key.leastGeneration(VaultKey.Slot.CURRENT))
    }

    @Test
    fun `the passphrase is changed, and the Keystore forgets the old key`() {
        val id = stored("old")
        val before = FakeKeystore.entries.keys.single()
        val vault = vault()
        vault.open("old".toCharArray()).now()
        vault.rekey("new".toCharArray()).now()
        vault.lock().now()
        assertNotEquals(before, FakeKeystore.entries.keys.single())
        assertThrows(VaultException.WrongKey::class.java) { vault.open("old".toCharArray()).now() }
        opens(id, "new")
        vault.open("new".toCharArray()).now()
        vault.rekey(null).now()
        vault.lock().now()
        opens(id)
    }

    @Test
    fun `a crash while the key is changed leaves one that opens the vault`() {
        val id = stored()
        val key = VaultKey(Phone.app, "vault")
        // staged, and the vault not rekeyed
        key.stage(0)
        assertEquals(2, FakeKeystore.entries.size)
        opens(id)
        assertFalse(stagedFile.exists())
        assertEquals(1, FakeKeystore.entries.size)

        // rekeyed, and not promoted
        val before = keyFile.readBytes()
        val entries = LinkedHashMap(FakeKeystore.entries)
        vault().run {
            open(null).now()
            rekey(null).now()
            lock().now()
        }
        keyFile.renameTo(stagedFile)
        keyFile.writeBytes(before)
        FakeKeystore.entries += entries
        assertThrows(VaultException.NotEmpty::class.java) { vault().create(null).now() }
        opens(id)
        assertFalse(stagedFile.exists())
        assertEquals(1, FakeKeystore.entries.size)

        // a half-written file beside it
        File(private, "unmarked-vault.key.new").writeBytes(ByteArray(3))
        opens(id)
    }

    @Test
    fun `wiping destroys the keys of the device first, open or not`() {
        stored()
        vault().wipe().now()
        assertEquals(emptyMap<String, Any>(), FakeKeystore.entries)
        assertFalse(keyFile.exists())
        assertThrows(VaultException.NoVault::class.java) { vault().open(null).now() }
        vault().run {
            create(null).now()
            store()
            wipe().now()
            assertThrows(VaultException.Locked::class.java) { use { it.list() }.now() }
        }
        assertEquals(emptyMap<String, Any>(), FakeKeystore.entries)
        assertThrows(VaultException.NoVault::class.java) { vault().wipe().now() }
    }

    @Test
    fun `where a wipe cannot remove files, the vault is closed all the same`() {
        stored()
        val held = vault().apply { open(null).now() }
        assertThrows(VaultException.InUse::class.java) { vault().wipe().now() }
        held.lock().runCatching { now() }
        assertEquals(emptyMap<String, Any>(), FakeKeystore.entries)
        assertEquals(VaultKeyProblem.LOST, problem { vault().open(null).now() })
    }

    @Test
    fun `every problem has words`() {
        for (problem in VaultKeyProblem.values()) {
            assertTrue(Phone.app.getString(problem.reason).isNotEmpty() && Phone.app.getString(problem.advice).isNotEmpty())
        }
    }
}

/** What the future gives; its failure as it is. */
private fun <T> CompletableFuture<T>.now(): T =
    try {
        get(60, TimeUnit.SECONDS)
    } catch (failure: ExecutionException) {
        throw failure.cause!!
    }
