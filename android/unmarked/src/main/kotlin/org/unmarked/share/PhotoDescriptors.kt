package org.unmarked.share

import android.content.Context
import android.os.Handler
import android.os.HandlerThread
import android.os.ParcelFileDescriptor
import android.os.ProxyFileDescriptorCallback
import android.os.storage.StorageManager
import android.system.ErrnoException
import android.system.OsConstants
import org.unmarked.core.CleanPhoto
import org.unmarked.core.PhotoException
import java.io.IOException

/**
 * Opens clean photos as file descriptors.
 *
 * A proxy descriptor, because it has a size and can seek, which decoders and some apps need, and
 * asks the core for the bytes as they are read; a pipe only where the system mounts no proxy.
 */
internal class PhotoDescriptors(context: Context) {
    private val storage = context.getSystemService(StorageManager::class.java)

    // not the main thread: whoever reads there would wait for itself
    private val handler by lazy { Handler(HandlerThread("unmarked-serve").apply { start() }.looper) }

    fun open(photo: CleanPhoto): ParcelFileDescriptor =
        try {
            storage.openProxyFileDescriptor(ParcelFileDescriptor.MODE_READ_ONLY, PhotoFile(photo), handler)
        } catch (_: IOException) {
            pipe(photo)
        }

    private fun pipe(photo: CleanPhoto): ParcelFileDescriptor {
        val (reader, writer) = ParcelFileDescriptor.createReliablePipe()
        // one thread a reader: one that stops reading holds up no other
        Thread({ fill(writer, photo) }, "unmarked-pipe").start()
        return reader
    }

    private fun fill(writer: ParcelFileDescriptor, photo: CleanPhoto) {
        try {
            photo.writeTo(writer.fd)
            writer.close()
        } catch (_: PhotoException) {
            writer.closeWithError("the reader went away")
        } catch (_: RuntimeException) {
            // the share has ended; whatever it is, a reader must not wait for ever
            writer.closeWithError("this photo is no longer shared")
        }
    }
}

/** A clean photo as a file. It fails with EIO once its share has ended. */
private class PhotoFile(private val photo: CleanPhoto) : ProxyFileDescriptorCallback() {
    override fun onGetSize(): Long = reading("size") { photo.size().toLong() }

    override fun onRead(offset: Long, size: Int, data: ByteArray): Int = reading("read") {
        var filled = 0
        while (filled < size) {
            val piece = photo.read((offset + filled).toULong(), (size - filled).toUInt())
            if (piece.isEmpty()) break
            piece.copyInto(data, filled)
            piece.fill(0)
            filled += piece.size
        }
        filled
    }

    override fun onRelease() = Unit

    private fun <T> reading(what: String, read: () -> T): T =
        try {
            read()
        } catch (_: IllegalStateException) {
            throw ErrnoException(what, OsConstants.EIO)
        }
}
