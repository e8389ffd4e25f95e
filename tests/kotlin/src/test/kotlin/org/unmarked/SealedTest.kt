package org.unmarked

import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.unmarked.core.OpenedFile
import org.unmarked.core.SealKey
import org.unmarked.core.SealLock
import org.unmarked.core.SealTerms
import org.unmarked.core.SealedException
import org.unmarked.core.SealedFile
import org.unmarked.core.SealedNeeds
import org.unmarked.core.openSealed
import org.unmarked.core.sealCleanPhoto
import org.unmarked.core.sealPhoto
import org.unmarked.core.sealedNeeds
import java.io.File

/** Sealed files through the binding, over the real core. */
@RunWith(RobolectricTestRunner::class)
class SealedTest {
    @get:Rule
    val temporary = TemporaryFolder()

    private val photo = Photos.planted()
    private val state get() = File(temporary.root, "state")
    private val recipients get() = SealLock.withRecipients(listOf(RECIPIENT))
    private val identity get() = SealKey.withIdentities(direct("# for tests\n$IDENTITY\n".encodeToByteArray()))

    private fun sealed(terms: SealTerms = SealTerms()): ByteArray = sealPhoto(direct(photo), recipients, terms).use { it.all() }
    private fun open(file: ByteArray, key: SealKey = identity): OpenedFile = openSealed(direct(file), key, state.path)

    @Test
    fun `a clean photo is opened by who has the identity`() {
        val file = strip(photo).use { clean ->
            sealCleanPhoto(clean, recipients, SealTerms()).use {
                assertTrue(it.fileName(), Regex("[a-z2-7]{12}\\.age").matches(it.fileName()))
                it.all()
            }
        }
        assertEquals(SealedNeeds.IDENTITY, sealedNeeds(direct(file)))
        open(file).use {
            assertClean(it.all())
            assertEquals("image/jpeg", it.mediaType())
            assertTrue(it.fileName(), Regex("[a-z2-7]{12}\\.jpg").matches(it.fileName()))
            assertEquals(SealTerms(), it.terms())
            assertNull(it.viewsLeft())
        }
        assertTrue("nothing is remembered of a file without terms", !state.exists())
    }

    @Test
    fun `views are counted to the end, and the count tells no file`() {
        val file = sealed(SealTerms(expires = FAR, views = 2u))
        open(file).use {
            assertEquals(1u.toUByte(), it.viewsLeft())
            assertEquals(2u.toUByte(), it.terms().views)
            assertTrue("rounded up", it.terms().expires!! in FAR until FAR + 3600uL)
            assertArrayEquals(photo, it.all())
        }
        assertEquals(setOf("lock", "opened"), state.list()!!.toSet())
        File(state, "opened.new").writeText("what a crash left")
        open(file).close()
        assertThrows(SealedException.NoViewsLeft::class.java) { open(file) }
        // another file has its own
        open(sealed(SealTerms(views = 1u))).close()
    }

    @Test
    fun `what has expired stays closed`() {
        assertThrows(SealedException.Expired::class.java) { open(sealed(SealTerms(expires = 1u))) }
    }

    @Test
    fun `where nothing can be counted, nothing is opened`() {
        val file = sealed(SealTerms(views = 1u))
        state.writeText("a file in the place of the folder")
        assertThrows(SealedException.NotCounted::class.java) { open(file) }
        state.delete()
        state.mkdir()
        File(state, "opened").writeText("damaged")
        assertThrows(SealedException.NotCounted::class.java) { open(file) }
    }

    @Test
    fun `a password of words is made once for each file`() {
        val lock = SealLock.withNewPassword()
        val password = lock.newPassword()!!
        assertNotEquals(password, SealLock.withNewPassword().newPassword())
        val file = sealPhoto(direct(photo), lock, SealTerms(views = 1u)).use { it.all() }
        assertEquals(SealedNeeds.PASSWORD, sealedNeeds(direct(file)))
        assertThrows(SealedException.NeedsOther::class.java) { open(file) }
        open(file, SealKey.withPassword(direct(password.encodeToByteArray()))).use {
            assertArrayEquals(photo, it.all())
            assertEquals(0u.toUByte(), it.viewsLeft())
        }
        assertThrows(SealedException.WrongKey::class.java) { open(file, SealKey.withPassword(direct("other".encodeToByteArray()))) }
    }

    @Test
    fun `what is none of it is refused`() {
        assertThrows(SealedException.Unusable::class.java) { SealLock.withRecipients(listOf("age1")) }
        assertThrows(SealedException.Unusable::class.java) { SealLock.withPassword(direct(ByteArray(0))) }
        assertThrows(SealedException.Unusable::class.java) { SealKey.withIdentities(direct("# none\n".encodeToByteArray())) }
        assertThrows(SealedException.Unusable::class.java) { SealKey.withIdentities(direct(byteArrayOf(-1))) }
        assertThrows(SealedException.Unusable::class.java) { sealed(SealTerms(views = 0u)) }
        assertThrows(SealedException.NotSealed::class.java) { open(photo) }
        assertNull(recipients.newPassword())
        val file = sealed()
        assertThrows(SealedException.NeedsOther::class.java) { open(file, SealKey.withPassword(direct("x".encodeToByteArray()))) }
        assertThrows(SealedException.Damaged::class.java) { open(file.copyOf(file.size - 1)) }
        assertThrows(SealedException.Damaged::class.java) { open(file.also { it[it.size - 1] = (it[it.size - 1] + 1).toByte() }) }
    }

    private companion object {
        // a key for tests that everybody knows: 32 times 0x42
        const val IDENTITY = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
        const val RECIPIENT = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"

        /** The year 2100. */
        const val FAR = 4_102_444_800uL
    }
}

private fun SealedFile.all() = pieces { offset -> read(offset, UInt.MAX_VALUE) }

private fun OpenedFile.all() = pieces { offset -> read(offset, UInt.MAX_VALUE) }
