package org.unmarked.share

import android.graphics.Bitmap
import android.graphics.Color
import android.graphics.ColorSpace
import android.graphics.ImageDecoder
import org.unmarked.core.CleanPhoto
import org.unmarked.core.CleaningPolicy
import org.unmarked.core.rebuildPixels
import java.io.IOException
import java.nio.ByteBuffer

/** The most pixels that are drawn: 256 MiB of them, as many as an app may hold on the phones of today. */
private const val MOST_PIXELS = 64L shl 20

/**
 * Cleans a photo whose coding the core does not decode (HEIC and AVIF of odd kinds, rare JPEGs): the
 * platform's decoder draws it upright, and the core encodes what is to be seen. Null if the platform
 * cannot draw it either.
 */
internal fun drawnByPlatform(photo: ByteBuffer, policy: CleaningPolicy): CleanPhoto? {
    val bitmap = try {
        ImageDecoder.decodeBitmap(ImageDecoder.createSource(photo.duplicate())) { decoder, info, _ ->
            if (info.size.width.toLong() * info.size.height > MOST_PIXELS) throw TooManyPixels()
            decoder.allocator = ImageDecoder.ALLOCATOR_SOFTWARE
            decoder.setTargetColorSpace(ColorSpace.get(ColorSpace.Named.SRGB))
            decoder.isUnpremultipliedRequired = true
            // so that it can be wiped
            decoder.isMutableRequired = true
        }
    } catch (_: IOException) {
        return null
    } catch (_: TooManyPixels) {
        return null
    }
    return try {
        rebuilt(photo, bitmap, policy)
    } finally {
        bitmap.eraseColor(Color.TRANSPARENT)
        bitmap.recycle()
    }
}

private fun rebuilt(photo: ByteBuffer, bitmap: Bitmap, policy: CleaningPolicy): CleanPhoto {
    val rgba = ByteBuffer.allocateDirect(4 * bitmap.width * bitmap.height)
    try {
        read(bitmap, rgba)
        val (width, height) = bitmap.width.toUInt() to bitmap.height.toUInt()
        // the decoder has turned them upright
        return rebuildPixels(photo, rgba, width, height, 4u * width, 1u.toUByte(), policy)
    } finally {
        rgba.wipe()
    }
}

/** Red, green, blue, alpha: by `getPixels`, because how a bitmap lies in memory is the platform's affair. */
private fun read(bitmap: Bitmap, rgba: ByteBuffer) {
    val row = IntArray(bitmap.width)
    val into = rgba.asIntBuffer()
    for (y in 0 until bitmap.height) {
        bitmap.getPixels(row, 0, row.size, 0, y, row.size, 1)
        for (x in row.indices) row[x] = row[x] shl 8 or (row[x] ushr 24)
        into.put(row)
    }
    row.fill(0)
}

/** What the decoder's listener may throw: anything but its own exceptions. */
private class TooManyPixels : RuntimeException()
