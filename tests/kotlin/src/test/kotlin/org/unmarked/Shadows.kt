package org.unmarked

import android.os.Handler
import android.os.ParcelFileDescriptor
import android.os.ProxyFileDescriptorCallback
import android.os.storage.StorageManager
import com.sun.jna.NativeLibrary
import org.robolectric.annotation.Implementation
import org.robolectric.annotation.Implements
import org.robolectric.annotation.RealObject
import org.robolectric.shadows.ShadowParcelFileDescriptor
import org.robolectric.shadows.ShadowStorageManager
import org.robolectric.util.ReflectionHelpers
import java.io.File
import java.io.FileDescriptor
import java.io.IOException
import java.io.OutputStream
import java.util.WeakHashMap
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicReference

/**
 * Robolectric's pipe is a plain file whose end a quick reader sees at once; this is the kernel's.
 * A reliable pipe tells its reader, when asked, what its writer closed it with.
 */
@Implements(ParcelFileDescriptor::class)
class KernelPipe : ShadowParcelFileDescriptor() {
    @RealObject private lateinit var descriptor: ParcelFileDescriptor

    @Implementation
    override fun getStatSize(): Long =
        try {
            super.getStatSize()
        } catch (_: NullPointerException) {
            -1
        }

    @Implementation
    override fun getFd(): Int =
        try {
            super.getFd()
        } catch (_: NullPointerException) {
            ReflectionHelpers.getField(descriptor.fileDescriptor, "fd")
        }

    @Implementation
    override fun close() {
        val file = descriptor.fileDescriptor
        // a stream over it closes it as well: then its number is -1 by now
        val number = ReflectionHelpers.getField<Int>(file, "fd")
        if (synchronized(ends) { ends.remove(file) } != null && number >= 0) {
            ReflectionHelpers.setField(file, "fd", -1)
            libc.getFunction("close").invokeInt(arrayOf<Any>(number))
        }
        super.close()
    }

    @Implementation
    fun closeWithError(message: String) {
        synchronized(failures) { failures[descriptor.fileDescriptor] }?.set(message)
        descriptor.close()
    }

    @Implementation
    fun checkError() {
        synchronized(failures) { failures[descriptor.fileDescriptor] }?.get()?.let { throw IOException(it) }
    }

    companion object {
        private val failures = WeakHashMap<FileDescriptor, AtomicReference<String?>>()

        private val ends = WeakHashMap<FileDescriptor, Unit>()
        private val libc = NativeLibrary.getInstance("c")

        private fun end(number: Int): ParcelFileDescriptor {
            val file = FileDescriptor()
            ReflectionHelpers.setField(file, "fd", number)
            synchronized(ends) { ends[file] = Unit }
            return ParcelFileDescriptor(file)
        }

        @JvmStatic
        @Implementation(methodName = "createPipe")
        fun kernelPipe(): Array<ParcelFileDescriptor> {
            val ends = IntArray(2)
            if (libc.getFunction("pipe").invokeInt(arrayOf<Any>(ends)) != 0) throw IOException("pipe")
            return arrayOf(end(ends[0]), end(ends[1]))
        }

        @JvmStatic
        @Implementation(methodName = "createReliablePipe")
        fun kernelReliablePipe(): Array<ParcelFileDescriptor> = kernelPipe().also { (reader, writer) ->
            val failure = AtomicReference<String?>()
            synchronized(failures) {
                failures[reader.fileDescriptor] = failure
                failures[writer.fileDescriptor] = failure
            }
        }
    }
}

/**
 * Stands in for the system's proxy mount: asks the callback for everything on its handler, as the
 * mount does when it is read, and hands out a file that has no name any more.
 */
@Implements(StorageManager::class)
class ProxyDescriptor : ShadowStorageManager() {
    @Implementation
    fun openProxyFileDescriptor(mode: Int, callback: ProxyFileDescriptorCallback, handler: Handler): ParcelFileDescriptor {
        if (!mounted) throw IOException("Failed to mount proxy bridge")
        check(mode == ParcelFileDescriptor.MODE_READ_ONLY)
        latest = callback
        val file = File.createTempFile("proxy", null)
        val done = CountDownLatch(1)
        val failure = AtomicReference<Throwable?>()
        handler.post {
            try {
                file.outputStream().use { copy(callback, it) }
            } catch (thrown: Throwable) {
                failure.set(thrown)
            }
            done.countDown()
        }
        done.await()
        failure.get()?.let { throw IOException(it) }
        return ParcelFileDescriptor.open(file, ParcelFileDescriptor.MODE_READ_ONLY).also { file.delete() }
    }

    private fun copy(callback: ProxyFileDescriptorCallback, into: OutputStream) {
        val size = callback.onGetSize()
        val buffer = ByteArray(REQUEST)
        var offset = 0L
        while (offset < size) {
            val read = callback.onRead(offset, minOf(REQUEST.toLong(), size - offset).toInt(), buffer)
            check(read > 0) { "the callback ends at $offset of $size" }
            into.write(buffer, 0, read)
            offset += read
        }
        check(callback.onRead(size, REQUEST, buffer) == 0) { "the callback reads past its end" }
        callback.onRelease()
    }

    companion object {
        /** What the descriptor opened last asks for its bytes. */
        var latest: ProxyFileDescriptorCallback? = null

        /** The most that the kernel asks of a proxy at once. */
        private const val REQUEST = 128 shl 10

        /** False: the system mounts no proxy. */
        @JvmField
        @Volatile
        var mounted = true
    }
}
