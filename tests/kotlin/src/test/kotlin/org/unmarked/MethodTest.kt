package org.unmarked

import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.unmarked.core.CleanPhoto
import org.unmarked.core.CleaningMethod
import org.unmarked.core.CleaningPolicy
import org.unmarked.core.NoteKind
import org.unmarked.core.PhotoException
import org.unmarked.core.PicturePoint
import org.unmarked.core.RebuildSettings
import org.unmarked.core.RedactionShape
import org.unmarked.core.SharingChannel
import org.unmarked.core.channelPolicy
import org.unmarked.core.cleanPhoto
import org.unmarked.core.rebuildPixels
import java.awt.image.BufferedImage
import java.io.ByteArrayInputStream
import java.nio.ByteBuffer
import javax.imageio.ImageIO

/** The three methods, settings and presets, through the binding. */
@RunWith(RobolectricTestRunner::class)
class MethodTest {
    private val planted = Photos.planted(320, 200)

    @Test
    fun `each method gives a clean photo and says which it was`() {
        for (method in CleaningMethod.entries) {
            cleanPhoto(direct(planted), CleaningPolicy(method)).use {
                assertClean(it.all())
                assertEquals(method, it.receipt().method)
                assertEquals(320u to 200u, it.receipt().width to it.receipt().height)
            }
        }
    }

    @Test
    fun `a channel's preset fits what the channel takes`() {
        val noise = direct(Photos.noise())
        for (channel in SharingChannel.entries) {
            val policy = channelPolicy(channel)
            cleanPhoto(noise, policy).use { photo ->
                val receipt = photo.receipt()
                assertEquals(1, receipt.notes.count { it.kind == NoteKind.CHANNEL })
                policy.rebuild.maxBytes?.let { assertTrue("$channel: ${photo.size()}", photo.size() <= it) }
            }
        }
        assertEquals(1600u, channelPolicy(SharingChannel.SIGNAL_STANDARD).rebuild.longestEdge)
    }

    @Test
    fun `settings are met`() {
        val settings = RebuildSettings(longestEdge = 160u, quality = 60u.toUByte(), grey = true)
        cleanPhoto(direct(planted), CleaningPolicy(CleaningMethod.REBUILD, rebuild = settings)).use {
            val image = image(it)
            assertEquals(160 to 100, image.width to image.height)
            val grey = image.getRGB(40, 50).let { rgb -> listOf(rgb shr 16 and 255, rgb shr 8 and 255, rgb and 255) }
            assertEquals("$grey", 1, grey.toSet().size)
        }
    }

    @Test
    fun `every shape covers`() {
        val shapes = listOf(
            RedactionShape.Rectangle(16, 16, 32u, 32u),
            RedactionShape.Ellipse(96, 16, 48u, 32u),
            RedactionShape.Stroke(listOf(PicturePoint(200, 150), PicturePoint(260, 150)), 10u),
        )
        val policy = CleaningPolicy(CleaningMethod.REBUILD, rebuild = RebuildSettings(redactions = shapes))
        cleanPhoto(direct(planted), policy).use {
            val image = image(it)
            for ((x, y) in listOf(20 to 20, 120 to 32, 230 to 150)) assertTrue("$x,$y", dark(image, x, y))
            assertTrue("the rest stays", !dark(image, 300, 20))
        }
    }

    @Test
    fun `only Rebuild covers, and the others say so`() {
        val shape = listOf(RedactionShape.Rectangle(16, 16, 32u, 32u))
        for (method in listOf(CleaningMethod.STRIP, CleaningMethod.RECODE)) {
            val policy = CleaningPolicy(method, true, RebuildSettings(redactions = shape))
            val refusal = assertThrows(PhotoException.Failed::class.java) { cleanPhoto(direct(planted), policy) }
            assertTrue(refusal.reason, "Rebuild" in refusal.reason)
        }
    }

    @Test
    fun `a damaged photo is drawn again where that was allowed`() {
        val damaged = direct(Photos.noise().let { it.copyOf(it.size / 2) })
        val refusal = assertThrows(PhotoException.Damaged::class.java) { cleanPhoto(damaged, CleaningPolicy(CleaningMethod.STRIP)) }
        assertTrue(refusal.advice, "Rebuild" in refusal.advice)
        cleanPhoto(damaged, CleaningPolicy(CleaningMethod.STRIP, rebuildIfRefused = true)).use {
            assertClean(it.all())
            val receipt = it.receipt()
            assertEquals(CleaningMethod.REBUILD, receipt.method)
            assertEquals(listOf(NoteKind.REBUILT_INSTEAD, NoteKind.MISSING), receipt.notes.take(2).map { note -> note.kind })
        }
    }

    @Test
    fun `the core says which photos only a platform's decoder can draw, where it may give way`() {
        val photo = direct(Photos.arithmetic())
        assertThrows(PhotoException.Unsupported::class.java) { cleanPhoto(photo, CleaningPolicy(CleaningMethod.STRIP)) }
        for (policy in listOf(CleaningPolicy(CleaningMethod.STRIP, rebuildIfRefused = true), CleaningPolicy(CleaningMethod.REBUILD))) {
            assertThrows(PhotoException.Undecoded::class.java) { cleanPhoto(photo, policy) }
        }
    }

    @Test
    fun `pixels of a platform's decoder are turned upright and encoded`() {
        // 2 rows of 64 pixels, the upper red and the lower blue, 12 bytes of nothing behind each
        val (width, height, stride) = Triple(64, 48, 64 * 4 + 12)
        val rgba = ByteBuffer.allocateDirect(stride * height)
        for (y in 0 until height) for (x in 0 until width) {
            rgba.putInt(y * stride + x * 4, if (y < height / 2) 0xFF0000FF.toInt() else 0x0000FFFF)
        }
        val policy = CleaningPolicy(CleaningMethod.STRIP)
        fun rebuilt(orientation: Int) =
            rebuildPixels(NO_FILE, rgba, width.toUInt(), height.toUInt(), stride.toUInt(), orientation.toUByte(), policy)
        rebuilt(1).use {
            assertClean(it.all())
            val image = image(it)
            assertEquals(64 to 48, image.width to image.height)
            assertTrue(reddish(image, 32, 8) && !reddish(image, 32, 40))
            assertTrue(it.receipt().notes.any { note -> note.kind == NoteKind.NOT_INSPECTED })
            assertArrayEquals(it.all(), rebuilt(1).use { again -> again.all() })
        }
        // to be turned by 90° clockwise: what was above is at the right
        rebuilt(6).use {
            val image = image(it)
            assertEquals(48 to 64, image.width to image.height)
            assertTrue(reddish(image, 40, 32) && !reddish(image, 8, 32))
        }
    }

    @Test
    fun `pixels that are not all there are refused`() {
        val rgba = ByteBuffer.allocateDirect(64 * 4 * 47)
        val policy = CleaningPolicy(CleaningMethod.REBUILD)
        for ((width, height, stride) in listOf(Triple(64, 48, 256), Triple(64, 47, 255), Triple(0, 0, 0), Triple(65, 47, 256))) {
            assertThrows("$width $height $stride", PhotoException::class.java) {
                rebuildPixels(NO_FILE, rgba, width.toUInt(), height.toUInt(), stride.toUInt(), 1u.toUByte(), policy)
            }
        }
    }

    private fun image(photo: CleanPhoto): BufferedImage = ImageIO.read(ByteArrayInputStream(photo.all()))

    private fun dark(image: BufferedImage, x: Int, y: Int): Boolean =
        image.getRGB(x, y).let { (it shr 16 and 255) + (it shr 8 and 255) + (it and 255) < 40 }

    private fun reddish(image: BufferedImage, x: Int, y: Int): Boolean =
        image.getRGB(x, y).let { (it shr 16 and 255) > 180 && (it and 255) < 80 }
}
