package org.unmarked

import org.unmarked.core.CleanPhoto
import org.unmarked.core.CleaningMethod
import org.unmarked.core.CleaningPolicy
import org.unmarked.core.PhotoVerdict
import org.unmarked.core.checkPhoto
import org.unmarked.core.cleanPhoto
import java.awt.Color
import java.awt.GradientPaint
import java.awt.image.BufferedImage
import java.io.ByteArrayOutputStream
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.util.Base64
import javax.imageio.ImageIO
import kotlin.random.Random

/** Photos made by code. Everything in them that tells of their maker holds [MARK]. */
object Photos {
    const val MARK = "MARK-7f3a"
    private val SOI = byteArrayOf(0xFF.toByte(), 0xD8.toByte())

    /** A JPEG of the JDK's encoder, with Exif (also a position), XMP, a comment and a trailer. */
    fun planted(width: Int = 64, height: Int = 48, position: Boolean = true, trailer: ByteArray = "$MARK trailer".encodeToByteArray()): ByteArray {
        val plain = plain(width, height)
        return SOI +
            segment(0xE1, "Exif\u0000\u0000".encodeToByteArray() + exif(position)) +
            segment(0xE1, "http://ns.adobe.com/xap/1.0/\u0000".encodeToByteArray() + xmp()) +
            segment(0xFE, "$MARK comment".encodeToByteArray()) +
            plain.copyOfRange(2, plain.size) +
            trailer
    }

    /** What the JDK's encoder writes: JFIF, no metadata. */
    fun plain(width: Int = 64, height: Int = 48): ByteArray {
        val image = BufferedImage(width, height, BufferedImage.TYPE_INT_RGB)
        image.createGraphics().apply {
            paint = GradientPaint(0f, 0f, Color.ORANGE, width.toFloat(), height.toFloat(), Color.BLUE)
            fillRect(0, 0, width, height)
            dispose()
        }
        return encoded(image)
    }

    /**
     * 24 by 16 pixels, the left half red and the right one blue, in arithmetic coding, which the core
     * does not decode, with Exif. Of the picture: Pillow 13, then jpegtran -arithmetic (libjpeg-turbo 2.1.5).
     */
    fun arithmetic(): ByteArray {
        val picture = Base64.getDecoder().decode(
            "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUfGhsjHBYWICwgIyYn" +
            "KSopGR8tMC0oMCUoKSj/2wBDAQcHBwoIChMKChMoGhYaKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgo" +
            "KCgoKCgoKCj/yQARCAAQABgDASIAAhEBAxEB/8wACgAQEAUBEBEF/9oADAMBAAIRAxEAPwD/AKMZ5y1RgB8qWr5cCkpwqRUdVe8P" +
            "kCToo0teN4cAdiLdPq2Rmas+Epsd/9k=",
        )
        return SOI + segment(0xE1, "Exif\u0000\u0000".encodeToByteArray() + exif(true)) + picture.copyOfRange(2, picture.size)
    }

    /** The same of noise, which no encoder makes small: about 600 KiB. */
    fun noise(): ByteArray {
        val random = Random(7)
        val image = BufferedImage(1000, 800, BufferedImage.TYPE_INT_RGB)
        for (y in 0 until image.height) for (x in 0 until image.width) image.setRGB(x, y, random.nextInt())
        return encoded(image)
    }

    private fun encoded(image: BufferedImage): ByteArray =
        ByteArrayOutputStream().also { check(ImageIO.write(image, "jpeg", it)) }.toByteArray()

    private fun segment(marker: Int, payload: ByteArray): ByteArray =
        byteArrayOf(0xFF.toByte(), marker.toByte(), (payload.size + 2 shr 8).toByte(), (payload.size + 2).toByte()) + payload

    /** Exif with maker, model, software, artist and time, and on request a position. */
    private fun exif(position: Boolean): ByteArray {
        val texts = listOf(
            0x010E to "$MARK description",
            0x010F to "$MARK maker",
            0x0110 to "$MARK model",
            0x0131 to "$MARK software",
            0x0132 to "2031:05:06 07:08:09",
            0x013B to "$MARK artist",
        ).map { (tag, text) -> tag to (text + "\u0000").encodeToByteArray() }
        val entries = texts.size + if (position) 1 else 0
        val out = ByteBuffer.allocate(1024).order(ByteOrder.BIG_ENDIAN)
        out.put("MM".encodeToByteArray()).putShort(42).putInt(8).putShort(entries.toShort())
        var data = 8 + 2 + 12 * entries + 4
        for ((tag, text) in texts) {
            out.putShort(tag.toShort()).putShort(2).putInt(text.size).putInt(data)
            data += text.size
        }
        if (position) out.putShort(0x8825.toShort()).putShort(4).putInt(1).putInt(data)
        out.putInt(0)
        texts.forEach { (_, text) -> out.put(text) }
        if (position) gps(out, data)
        return out.array().copyOf(out.position())
    }

    /** 48° 51' 30" N, 2° 17' 40" E. */
    private fun gps(out: ByteBuffer, at: Int) {
        val rationals = at + 2 + 12 * 4 + 4
        out.putShort(4)
        out.putShort(1).putShort(2).putInt(2).put("N\u0000\u0000\u0000".encodeToByteArray())
        out.putShort(2).putShort(5).putInt(3).putInt(rationals)
        out.putShort(3).putShort(2).putInt(2).put("E\u0000\u0000\u0000".encodeToByteArray())
        out.putShort(4).putShort(5).putInt(3).putInt(rationals + 24)
        out.putInt(0)
        for (number in listOf(48, 51, 30, 2, 17, 40)) out.putInt(number).putInt(1)
    }

    private fun xmp() = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="$MARK creator"/></rdf:RDF></x:xmpmeta>""".encodeToByteArray()
}

/** The bytes in a direct buffer at position 0. */
fun direct(bytes: ByteArray): ByteBuffer = ByteBuffer.allocateDirect(bytes.size).apply {
    put(bytes)
    rewind()
}

/** For pixels that were decoded from no file. */
val NO_FILE: ByteBuffer = ByteBuffer.allocateDirect(0)

fun strip(bytes: ByteArray): CleanPhoto = cleanPhoto(direct(bytes), CleaningPolicy(CleaningMethod.STRIP))

/** The whole photo, by pieces. */
fun CleanPhoto.all(): ByteArray = pieces { offset -> read(offset, UInt.MAX_VALUE) }

/** All pieces until one is empty. */
fun pieces(read: (ULong) -> ByteArray): ByteArray = ByteArrayOutputStream().also { out ->
    while (true) {
        val piece = read(out.size().toULong())
        if (piece.isEmpty()) break
        out.write(piece)
    }
}.toByteArray()

/** True if [mark] stands anywhere in these bytes. */
operator fun ByteArray.contains(mark: String): Boolean = mark in String(this, Charsets.ISO_8859_1)

/** Fails unless the core's check says that these bytes are clean, and no planted mark is in them. */
fun assertClean(bytes: ByteArray) {
    val verdict = checkPhoto(direct(bytes))
    if (verdict != PhotoVerdict.Clean) throw AssertionError("not clean: $verdict")
    if (Photos.MARK in bytes) throw AssertionError("a planted mark survived")
}
