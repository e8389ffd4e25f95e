package org.unmarked

import android.graphics.Bitmap
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.GraphicsMode
import org.unmarked.core.CleaningMethod
import org.unmarked.core.CleaningPolicy
import org.unmarked.core.RebuildSettings
import org.unmarked.core.rebuildPixels
import java.io.ByteArrayOutputStream
import java.nio.ByteBuffer
import java.util.Random
import kotlin.math.sin

/**
 * What Rebuild makes of pixels is, byte for byte, what Android's own encoder makes of them: nothing
 * in a file tells that it came from Unmarked and not from any app that calls `Bitmap.compress`.
 */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
class SignatureTest {
    // exact ratios, or far from one, so that nothing is cropped
    private val sizes = listOf(1 to 1, 8 to 8, 16 to 16, 17 to 33, 33 to 17, 97 to 61, 200 to 37, 640 to 480, 1600 to 1200)

    private val contents = mapOf<String, (Int, Int, Random) -> Int>(
        "noise" to { _, _, random -> random.nextInt() },
        "gradients" to { x, y, _ -> (x shl 16) or (y shl 8) or ((x + y) and 255) },
        "one colour" to { _, _, _ -> 0x204080 },
        "the middle grey" to { _, _, _ -> 0x808080 },
        "greys" to { x, y, _ -> ((x * 7 + y * 3) and 255) * 0x010101 },
        "waves" to { x, y, random ->
            val wave = (128 + 100 * sin(x * 0.05 + y * 0.02)).toInt() + random.nextInt(20)
            ((wave and 255) shl 16) or (((wave * 3 / 4) and 255) shl 8) or (y and 255)
        },
    )

    @Test
    fun `files are those of Android's encoder`() {
        for ((width, height) in sizes) for ((name, content) in contents) {
            val random = Random(width * 7L + height)
            val pixels = IntArray(width * height) { 0xFF shl 24 or (content(it % width, it / width, random) and 0xFFFFFF) }
            for (quality in listOf(1, 30, 50, 70, 90, 100)) {
                val expected = androids(pixels, width, height, quality)
                val ours = ours(pixels, width, height, quality)
                val what = "$name, $width x $height, quality $quality"
                assertEquals(what, segments(expected), segments(ours))
                assertTrue(what, expected.contentEquals(ours))
            }
        }
    }

    private fun androids(pixels: IntArray, width: Int, height: Int, quality: Int): ByteArray {
        val bitmap = Bitmap.createBitmap(width, height, Bitmap.Config.ARGB_8888)
        bitmap.setPixels(pixels, 0, width, 0, 0, width, height)
        return ByteArrayOutputStream().also { bitmap.compress(Bitmap.CompressFormat.JPEG, quality, it) }.toByteArray()
    }

    private fun ours(pixels: IntArray, width: Int, height: Int, quality: Int): ByteArray {
        val rgba = ByteBuffer.allocateDirect(pixels.size * 4)
        pixels.forEach { rgba.putInt((it shl 8) or 0xFF) }
        rgba.rewind()
        val policy = CleaningPolicy(CleaningMethod.REBUILD, rebuild = RebuildSettings(quality = quality.toUByte()))
        return rebuildPixels(NO_FILE, rgba, width.toUInt(), height.toUInt(), (width * 4).toUInt(), 1u.toUByte(), policy).use { it.all() }
    }

    /** The segments before the coded data, as text: a difference names itself. */
    private fun segments(file: ByteArray): List<String> = buildList {
        var at = 2
        do {
            val marker = file[at + 1].toInt() and 255
            val length = ((file[at + 2].toInt() and 255) shl 8) or (file[at + 3].toInt() and 255)
            add(file.slice(at until at + 2 + length).joinToString("") { "%02x".format(it) })
            at += 2 + length
        } while (marker != 0xDA)
    }
}
