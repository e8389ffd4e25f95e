package org.unmarked

import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.unmarked.core.CleaningMethod
import org.unmarked.core.CleaningPolicy
import org.unmarked.core.PassphraseCost
import org.unmarked.core.RecordLimits
import org.unmarked.core.VaultContent
import org.unmarked.core.VaultEventKind
import org.unmarked.core.VaultException
import org.unmarked.core.VaultNeeds
import org.unmarked.core.VaultRecord
import org.unmarked.core.VaultRecordKind
import org.unmarked.core.VaultRecordToAdd
import org.unmarked.core.VaultSettings
import org.unmarked.core.VaultUnlock
import org.unmarked.core.createVault
import org.unmarked.core.openVault
import org.unmarked.core.vaultNeeds
import org.unmarked.core.wipeVault
import java.io.File

/** The core's vault through the binding, in a folder of its own. */
@RunWith(RobolectricTestRunner::class)
class VaultTest {
    @get:Rule
    val temporary = TemporaryFolder()

    private val folder get() = File(temporary.root, "vault")
    private val photo = Photos.planted()
    private val original = VaultRecordToAdd(VaultRecordKind.Original, name = "IMG_0001.jpg", mediaType = "image/jpeg", note = "market")

    // the least that the core allows: what a passphrase costs is tested there
    private val settings = VaultSettings(cost = PassphraseCost(8192u, 1u))

    private fun key(byte: Int) = VaultUnlock.withPlatformKey(direct(ByteArray(32) { byte.toByte() }))
    private fun both(byte: Int, passphrase: String) =
        VaultUnlock.withBoth(direct(ByteArray(32) { byte.toByte() }), direct(passphrase.encodeToByteArray()))

    private fun create(unlock: VaultUnlock = key(1)) = createVault(folder.path, unlock, settings)
    private fun open(unlock: VaultUnlock = key(1), least: ULong = 0u) = openVault(folder.path, unlock, settings.copy(leastGeneration = least))

    @Test
    fun `what is stored is read again, and the folder tells nothing of it`() {
        val (id, clean) = create().use { vault ->
            val id = vault.add(direct(photo), original)
            id to strip(photo).use { vault.addClean(it, id, RecordLimits()) }
        }
        val files = folder.listFiles()!!
        assertTrue(files.none { file -> file.readBytes().let { Photos.MARK in it || "IMG_0001" in it || "market" in it } })
        assertTrue("${files.map { it.name }}", files.all { it.name in setOf("lock", "head") || Regex("[0-9a-f]{32}").matches(it.name) })

        open().use { vault ->
            val (first, second) = vault.list()
            assertEquals(listOf(id, clean), listOf(first.id, second.id))
            assertEquals(listOf("IMG_0001.jpg", "image/jpeg", "market"), listOf(first.name, first.mediaType, first.note))
            assertEquals(VaultRecordKind.Clean(id), second.kind)
            assertEquals(photo.size.toULong(), first.length)
            vault.read(id).use { assertArrayEquals(photo, it.all()) }
            vault.read(clean).use { assertClean(it.all()) }
            assertEquals(id, vault.find(direct(photo)))
            assertNull(vault.find(direct(ByteArray(9))))
            assertEquals(first, vault.record(id))

            vault.remove(listOf(id))
            assertThrows(VaultException.NoSuchRecord::class.java) { vault.read(id) }
            assertEquals(listOf(clean), vault.list().map { it.id })
        }
    }

    @Test
    fun `an original is cleaned and inspected without leaving Rust`() {
        create().use { vault ->
            vault.read(vault.add(direct(photo), original)).use { content ->
                assertTrue(content.inspect().findings.isNotEmpty())
                content.clean(CleaningPolicy(CleaningMethod.STRIP)).use { assertArrayEquals(strip(photo).all(), it.all()) }
            }
        }
    }

    @Test
    fun `a wrong key and a wrong passphrase open nothing`() {
        create(both(1, "correct horse")).close()
        assertEquals(VaultNeeds.BOTH, vaultNeeds(folder.path))
        for (wrong in listOf(both(2, "correct horse"), both(1, "correct house"))) {
            assertThrows(VaultException.WrongKey::class.java) { open(wrong) }
        }
        val alone = assertThrows(VaultException.NeedsOther::class.java) { open(key(1)) }
        assertEquals(VaultNeeds.BOTH, alone.needs)
        open(both(1, "correct horse")).close()
    }

    @Test
    fun `what cannot be a key or a passphrase is refused`() {
        for (length in listOf(0, 16, 31, 33)) {
            assertThrows(VaultException.Unusable::class.java) { VaultUnlock.withPlatformKey(direct(ByteArray(length))) }
        }
        for (passphrase in listOf(ByteArray(0), byteArrayOf(-1), ByteArray(1025) { 'a'.code.toByte() })) {
            assertThrows(VaultException.Unusable::class.java) { VaultUnlock.withPassphrase(direct(passphrase)) }
        }
        assertThrows(VaultException.Unusable::class.java) {
            createVault(folder.path, key(1), VaultSettings(cost = PassphraseCost(1u, 1u)))
        }
    }

    @Test
    fun `a passphrase is the same from every keyboard`() {
        createVault(folder.path, VaultUnlock.withPassphrase(direct("caf\u00e9".encodeToByteArray())), settings).close()
        assertEquals(VaultNeeds.PASSPHRASE, vaultNeeds(folder.path))
        open(VaultUnlock.withPassphrase(direct("cafe\u0301".encodeToByteArray()))).close()
    }

    @Test
    fun `views are used up, also across openings`() {
        val id = create().use { it.add(direct(photo), original.copy(limits = RecordLimits(views = 2u))) }
        open().use { vault ->
            vault.read(id).use { assertArrayEquals(photo, it.all()) }
            assertEquals(1u, vault.record(id).viewsLeft)
        }
        open().use { vault ->
            vault.read(id).close()
            assertThrows(VaultException.NoViewsLeft::class.java) { vault.read(id) }
            assertEquals(emptyList<Any>(), vault.list())
            assertThrows(VaultException.NoViewsLeft::class.java) {
                vault.add(direct(photo), original.copy(limits = RecordLimits(views = 0u)))
            }
        }
    }

    @Test
    fun `what has expired is gone`() {
        create().use { vault ->
            val id = vault.add(direct(photo), original.copy(limits = RecordLimits(expires = FAR)))
            vault.restrict(id, RecordLimits(expires = ULong.MAX_VALUE))
            assertEquals(FAR, vault.record(id).expires)
            vault.restrict(id, RecordLimits(expires = 1u))
            assertThrows(VaultException.Expired::class.java) { vault.read(id) }
            assertThrows(VaultException.Expired::class.java) {
                vault.add(direct(photo), original.copy(limits = RecordLimits(expires = 1u)))
            }
        }
    }

    @Test
    fun `one object has it open`() {
        val first = create()
        assertThrows(VaultException.InUse::class.java) { open() }
        assertThrows(VaultException.InUse::class.java) { wipeVault(folder.path) }
        first.lock()
        open().close()
        assertThrows(VaultException.Locked::class.java) { first.list() }
        first.lock()
        first.close()
    }

    @Test
    fun `an old copy of the folder is told`() {
        val generation = create().use { vault ->
            File(temporary.root, "old").let { folder.copyRecursively(it) }
            vault.add(direct(photo), original)
            vault.generation()
        }
        open(least = generation).close()
        folder.deleteRecursively()
        File(temporary.root, "old").renameTo(folder)
        assertThrows(VaultException.RolledBack::class.java) { open(least = generation) }
    }

    @Test
    fun `another key opens it after rekeying, and the old one does not`() {
        create().use { vault ->
            vault.add(direct(photo), original)
            vault.rekey(both(2, "new"))
        }
        assertThrows(VaultException.NeedsOther::class.java) { open() }
        open(both(2, "new")).use { assertEquals(1, it.list().size) }
    }

    @Test
    fun `the audit log is chained`() {
        create().use { vault ->
            val id = vault.add(direct(photo), original)
            vault.event(VaultEventKind.RECEIVED, id, 7u)
            vault.event(VaultEventKind.REKEYED, null, 0u)
            val log = vault.log()
            assertEquals(listOf(VaultEventKind.RECEIVED to id, VaultEventKind.REKEYED to null), log.events.map { it.kind to it.record })
            assertEquals(7uL, log.events[0].number)
            assertArrayEquals(log.hash, vault.logHashAfter(2u))
            assertNull(vault.logHashAfter(3u))
        }
    }

    @Test
    fun `damage is told`() {
        val id = create().use { it.add(direct(photo), original) }
        File(folder, id).let { file -> file.writeBytes(file.readBytes().also { it[100] = (it[100] + 1).toByte() }) }
        open().use { vault -> assertThrows(VaultException.Damaged::class.java) { vault.read(id) } }
        File(folder, "head").let { file -> file.writeBytes(file.readBytes().also { it[it.size - 1] = (it[it.size - 1] + 1).toByte() }) }
        assertThrows(VaultException.Damaged::class.java) { open() }
    }

    @Test
    fun `wiping leaves nothing, opened or not`() {
        create().use { vault ->
            vault.add(direct(photo), original)
            vault.wipe()
            assertThrows(VaultException.Locked::class.java) { vault.wipe() }
        }
        assertThrows(VaultException.NoVault::class.java) { open() }
        create().use { it.add(direct(photo), original) }
        wipeVault(folder.path)
        assertThrows(VaultException.NoVault::class.java) { vaultNeeds(folder.path) }
        assertThrows(VaultException.NoVault::class.java) { wipeVault(folder.path) }
    }

    @Test
    fun `no vault and no room for one`() {
        assertThrows(VaultException.NoVault::class.java) { open() }
        folder.mkdir()
        File(folder, "mine").writeText("keep")
        assertThrows(VaultException.NotEmpty::class.java) { create() }
        assertEquals("keep", File(folder, "mine").readText())
    }

    @Test
    fun `vaults of format 1 open`() {
        val vaults = readVectors(File(System.getProperty("unmarked.vectors"), "vault/format-1.txt").readText(), "format-1.txt")
        assertEquals(listOf("platform_key", "passphrase", "both"), vaults.map { it.name })
        var read = 0
        for (vector in vaults) {
            folder.deleteRecursively()
            folder.mkdir()
            for (name in vector.named("file.")) File(folder, name).writeBytes(vector.bytes("file.$name")!!)
            assertEquals("$vector", VaultNeeds.valueOf(vector.name.uppercase()), vaultNeeds(folder.path))
            assertThrows("$vector", VaultException.WrongKey::class.java) { open(unlock(vector, last = 1)) }
            open(unlock(vector, last = 0)).use { vault ->
                val records = vault.list()
                assertEquals("$vector", vector.named("record.").map { vector["record.$it"] }, records.map { shown(it, records) })
                for (record in records) vault.read(record.id).use { content ->
                    assertArrayEquals("$vector", ByteArray(record.length.toInt()) { (it * 7).toByte() }, content.all())
                    read++
                }
                val log = vault.log()
                assertEquals("$vector", vector["events"], log.events.size.toString())
                assertArrayEquals("$vector", vector.bytes("log"), log.hash)
            }
        }
        assertEquals(2, read)
    }

    /** What opens the vault of [vector]; with another [last] byte and passphrase, what does not. */
    private fun unlock(vector: Vector, last: Int): VaultUnlock {
        val key = vector.bytes("platform_key")!!
        if (key.isNotEmpty()) key[31] = (key[31].toInt() xor last).toByte()
        val passphrase = direct((vector["passphrase"]!! + if (last == 0) "" else "x").encodeToByteArray())
        return when (vector.name) {
            "platform_key" -> VaultUnlock.withPlatformKey(direct(key))
            "passphrase" -> VaultUnlock.withPassphrase(passphrase)
            else -> VaultUnlock.withBoth(direct(key), passphrase)
        }
    }

    /** A record as the vectors tell it. A clean photo has to be made of the first. */
    private fun shown(record: VaultRecord, all: List<VaultRecord>): String {
        val kind = when (val kind = record.kind) {
            is VaultRecordKind.Original -> "original"
            is VaultRecordKind.Clean -> "clean".also { assertEquals(all.first().id, kind.of) }
            is VaultRecordKind.Data -> "data"
        }
        val words = listOf(record.name, record.mediaType, record.note, record.viewsLeft).map { it ?: "-" }
        return (listOf(kind, record.length) + words).joinToString(" ")
    }

    private companion object {
        /** The year 2100. */
        val FAR = 4_102_444_800uL
    }
}

/** The whole content, by pieces. */
fun VaultContent.all(): ByteArray = pieces { offset -> read(offset, UInt.MAX_VALUE) }
