package org.unmarked.share

import android.content.ContentResolver
import android.content.res.AssetFileDescriptor
import android.net.Uri
import android.os.CancellationSignal
import java.io.FileInputStream
import java.io.FileNotFoundException
import java.io.IOException
import java.nio.ByteBuffer
import java.nio.channels.ReadableByteChannel

/** A photo in a foreign provider. */
internal class PhotoSource(
    private val resolver: ContentResolver,
    private val uri: Uri,
    private val largest: Int = LARGEST_PHOTO,
) {
    /**
     * Reads it whole. Blocks as long as the provider does, until [cancellation] and an interrupt.
     *
     * @throws IOException if the provider fails, also midway
     * @throws RuntimeException whatever else a foreign provider throws through the binder
     */
    fun read(cancellation: CancellationSignal): PhotoBuffer {
        val opened = resolver.openAssetFileDescriptor(uri, "r", cancellation)
            ?: throw FileNotFoundException("the provider gave nothing")
        return opened.use {
            val photo = PhotoBuffer.read(channel(it), it.length, largest)
            try {
                // a pipe whose writer failed ends like one that is complete, unless it is asked
                it.parcelFileDescriptor.checkError()
            } catch (failure: IOException) {
                photo.close()
                throw failure
            }
            photo
        }
    }

    /** The bytes that [opened] stands for, not closed with the channel: the descriptor owns them. */
    private fun channel(opened: AssetFileDescriptor): ReadableByteChannel {
        val file = FileInputStream(opened.fileDescriptor).channel
        if (opened.startOffset > 0) file.position(opened.startOffset)
        val declared = opened.declaredLength
        return if (declared == AssetFileDescriptor.UNKNOWN_LENGTH) file else Section(file, declared)
    }

    /** The first [rest] bytes of [file]: a provider can hand out a part of a larger one. */
    private class Section(private val file: ReadableByteChannel, private var rest: Long) :
        ReadableByteChannel by file {
        override fun read(into: ByteBuffer): Int {
            if (rest <= 0) return -1
            val end = into.limit()
            into.limit(minOf(end.toLong(), into.position() + rest).toInt())
            val read = try { file.read(into) } finally { into.limit(end) }
            if (read < 0) throw IOException("the provider promised more bytes than it gave")
            rest -= read
            return read
        }
    }

    companion object {
        /** 100 MiB: Signal takes no larger file. */
        const val LARGEST_PHOTO = 100 shl 20
    }
}
