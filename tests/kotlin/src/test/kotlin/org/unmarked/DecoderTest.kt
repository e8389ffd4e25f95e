package org.unmarked

import android.graphics.Bitmap
import android.graphics.BitmapFactory
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.GraphicsMode
import org.unmarked.core.CleaningMethod
import org.unmarked.core.CleaningPolicy
import org.unmarked.core.cleanPhoto
import java.awt.Color
import java.awt.GradientPaint
import java.awt.image.BufferedImage
import java.io.ByteArrayOutputStream
import javax.imageio.ImageIO
import kotlin.math.abs

/** Android's own decoder (Skia, as BitmapFactory runs it) opens clean photos and shows the same. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
class DecoderTest {
    private val originals: Map<String, ByteArray> = mapOf(
        "JPEG" to Photos.planted(97, 61),
        "PNG, colours" to written("png", BufferedImage.TYPE_INT_RGB),
        "PNG, transparent" to written("png", BufferedImage.TYPE_INT_ARGB),
        "PNG, grey" to written("png", BufferedImage.TYPE_BYTE_GRAY),
        "PNG, palette" to written("png", BufferedImage.TYPE_BYTE_INDEXED),
        "GIF" to written("gif", BufferedImage.TYPE_BYTE_INDEXED),
        "WebP" to compressed(Bitmap.CompressFormat.WEBP_LOSSY, 80),
        "WebP, lossless" to compressed(Bitmap.CompressFormat.WEBP_LOSSLESS, 50),
    )

    @Test
    fun `stripped photos show the same`() {
        for ((name, original) in originals) {
            val before = decoded("$name before", original)
            val after = decoded(name, clean(original, CleaningMethod.STRIP))
            assertEquals(name, before.width to before.height, after.width to after.height)
            assertTrue(name, before.sameAs(after))
        }
    }

    @Test
    fun `photos drawn again show about the same`() {
        for ((name, original) in originals) {
            val before = cells(decoded("$name before", original))
            val after = cells(decoded(name, clean(original, CleaningMethod.REBUILD)))
            assertEquals(name, before.size, after.size)
            val apart = before.indices.sumOf { abs(before[it] - after[it]) } / before.size
            assertTrue("$name: $apart", apart < 3)
        }
    }

    private fun clean(photo: ByteArray, method: CleaningMethod): ByteArray =
        cleanPhoto(direct(photo), CleaningPolicy(method)).use { it.all() }.also { assertClean(it) }

    private fun decoded(name: String, file: ByteArray): Bitmap =
        BitmapFactory.decodeByteArray(file, 0, file.size).also { assertNotNull("$name is not decoded", it) }

    /**
     * The mean levels, on white, of cells of 8 by 8 pixels. JPEG codes colour at half the size, so the
     * single dots of a dithered picture (the JDK dithers for its palette) come out otherwise.
     */
    private fun cells(bitmap: Bitmap): List<Int> {
        val (width, height) = bitmap.width to bitmap.height
        val pixels = IntArray(width * height).also { bitmap.getPixels(it, 0, width, 0, 0, width, height) }
        val corners = (0 until height step 8).flatMap { y -> (0 until width step 8).map { x -> x to y } }
        return corners.flatMap { (left, top) ->
            val cell = (top until minOf(top + 8, height)).flatMap { y ->
                (left until minOf(left + 8, width)).map { x -> pixels[y * width + x] }
            }
            listOf(0, 8, 16).map { shift -> cell.sumOf { level(it, shift) } / cell.size }
        }
    }

    private fun level(colour: Int, shift: Int): Int {
        val alpha = colour ushr 24
        return (((colour shr shift) and 255) * alpha + 255 * (255 - alpha)) / 255
    }

    /** By the JDK's encoders. */
    private fun written(format: String, type: Int): ByteArray {
        val image = BufferedImage(97, 61, type)
        image.createGraphics().apply {
            paint = GradientPaint(0f, 0f, Color(255, 160, 0, if (type == BufferedImage.TYPE_INT_ARGB) 90 else 255), 97f, 61f, Color.BLUE)
            fillRect(0, 0, 97, 61)
            dispose()
        }
        return ByteArrayOutputStream().also { check(ImageIO.write(image, format, it)) }.toByteArray()
    }

    /** By Android's own. */
    private fun compressed(format: Bitmap.CompressFormat, quality: Int): ByteArray {
        val bitmap = Bitmap.createBitmap(97, 61, Bitmap.Config.ARGB_8888)
        for (y in 0 until 61) for (x in 0 until 97) bitmap.setPixel(x, y, 0xFF shl 24 or (x * 2 shl 16) or (y * 4 shl 8) or ((x * y) and 255))
        return ByteArrayOutputStream().also { check(bitmap.compress(format, quality, it)) }.toByteArray()
    }
}
