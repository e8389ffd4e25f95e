package org.unmarked

import android.os.ParcelFileDescriptor
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.unmarked.core.Betrayal
import org.unmarked.core.CleaningMethod
import org.unmarked.core.CleaningPolicy
import org.unmarked.core.PhotoException
import org.unmarked.core.PhotoVerdict
import org.unmarked.core.checkPhoto
import org.unmarked.core.cleanPhoto
import org.unmarked.core.inspectPhoto
import org.unmarked.core.startLogging
import java.nio.ByteBuffer
import kotlin.concurrent.thread

/** The boundary: the generated binding over the real core. */
@RunWith(RobolectricTestRunner::class)
class CoreTest {
    private val planted = Photos.planted()

    @Test
    fun `the planted marks are found, and none is left`() {
        val betrayed = inspectPhoto(direct(planted)).findings.map { it.betrays }.toSet()
        assertTrue("$betrayed", betrayed.containsAll(setOf(Betrayal.PLACE, Betrayal.TIME, Betrayal.DEVICE, Betrayal.OWNER)))
        assertTrue(checkPhoto(direct(planted)) is PhotoVerdict.Carries)
        strip(planted).use { assertClean(it.all()) }
    }

    @Test
    fun `the receipt counts what went in and what came out`() {
        strip(planted).use {
            val receipt = it.receipt()
            assertEquals(planted.size.toULong(), receipt.bytesBefore)
            assertEquals(it.size(), receipt.bytesAfter)
            assertTrue(receipt.removed.isNotEmpty() && receipt.kept.isNotEmpty() && receipt.remaining.isNotEmpty())
        }
    }

    @Test
    fun `each photo has a fresh neutral name`() {
        val names = List(20) { strip(planted).use { it.fileName() } }
        assertEquals(20, names.toSet().size)
        assertTrue("$names", names.all { Regex("[a-z2-7]{12}\\.jpg").matches(it) })
    }

    @Test
    fun `a buffer at a position hands over other bytes, so the position has to be 0`() {
        val before = "not part of the photo".encodeToByteArray()
        val buffer = direct(before + planted)
        buffer.position(before.size)
        assertThrows(PhotoException.NotAPhoto::class.java) { cleanPhoto(buffer, CleaningPolicy(CleaningMethod.STRIP)) }
        cleanPhoto(buffer.slice(), CleaningPolicy(CleaningMethod.STRIP)).use { assertClean(it.all()) }
    }

    @Test
    fun `a buffer on the heap is refused by the binding`() {
        assertThrows(IllegalArgumentException::class.java) {
            cleanPhoto(ByteBuffer.wrap(planted), CleaningPolicy(CleaningMethod.STRIP))
        }
    }

    @Test
    fun `reads are bounded, and empty past the end`() {
        strip(Photos.noise()).use { photo ->
            val all = photo.all()
            val size = photo.size()
            assertEquals(all.size.toULong(), size)
            assertEquals(256 shl 10, photo.read(0u, UInt.MAX_VALUE).size)
            assertArrayEquals(all.copyOfRange(10, 30), photo.read(10u, 20u))
            assertEquals(1, photo.read(size - 1u, 100u).size)
            assertEquals(0, photo.read(size, 1u).size)
            assertEquals(0, photo.read(ULong.MAX_VALUE, 1u).size)
        }
    }

    @Test
    fun `writing to a descriptor leaves it open`() {
        val (reader, writer) = ParcelFileDescriptor.createPipe()
        val read = Reading(reader)
        strip(planted).use { photo ->
            photo.writeTo(writer.fd)
            photo.writeTo(writer.fd)
            writer.close()
            assertArrayEquals(photo.all() + photo.all(), read.bytes())
        }
    }

    @Test
    fun `a descriptor that takes nothing is an error`() {
        strip(planted).use { photo ->
            assertThrows(PhotoException.NotWritten::class.java) { photo.writeTo(-1) }
            val (reader, writer) = ParcelFileDescriptor.createPipe()
            reader.close()
            assertThrows(PhotoException.NotWritten::class.java) { photo.writeTo(writer.fd) }
            writer.close()
        }
    }

    @Test
    fun `a closed photo gives nothing`() {
        val photo = strip(planted)
        photo.close()
        photo.close()
        assertThrows(IllegalStateException::class.java) { photo.read(0u, 1u) }
    }

    @Test
    fun `logging can be started again`() {
        startLogging()
        startLogging()
    }

    @Test
    fun `a small photo cut off anywhere is refused, or clean`() {
        val whole = Photos.planted(8, 8, trailer = ByteArray(0))
        for (length in 0 until whole.size) {
            try {
                strip(whole.copyOf(length)).use { assertClean(it.all()) }
            } catch (refusal: PhotoException) {
                assertNotEquals("at $length: ${refusal.message}", PhotoException.Failed::class, refusal::class)
            }
        }
    }

    /** Reads a pipe to its end on a thread of its own. */
    private class Reading(reader: ParcelFileDescriptor) {
        private var read = ByteArray(0)
        private val worker = thread { read = ParcelFileDescriptor.AutoCloseInputStream(reader).use { it.readBytes() } }

        fun bytes(): ByteArray {
            worker.join()
            return read
        }
    }
}
