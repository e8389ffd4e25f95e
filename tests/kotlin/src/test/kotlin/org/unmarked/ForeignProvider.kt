package org.unmarked

import android.content.ContentProvider
import android.content.ContentValues
import android.content.res.AssetFileDescriptor
import android.database.Cursor
import android.net.Uri
import android.os.ParcelFileDescriptor
import java.io.File
import java.io.FileNotFoundException
import java.io.IOException
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicInteger

/** Another app's photos; the path says how it behaves. */
class ForeignProvider : ContentProvider() {
    override fun onCreate() = true

    override fun getType(uri: Uri) = "image/jpeg"

    override fun openAssetFile(uri: Uri, mode: String): AssetFileDescriptor? {
        opens.incrementAndGet()
        return open(uri.lastPathSegment)
    }

    private fun open(how: String?): AssetFileDescriptor? = when (how) {
        "photo" -> piped(photo)
        "plain" -> piped(Photos.plain())
        "no-position" -> piped(Photos.planted(position = false))
        "empty" -> piped(ByteArray(0))
        "text" -> piped("Dear diary, this is no photo.".encodeToByteArray())
        // before the picture begins: nothing can be shown
        "cut-off" -> piped(photo.copyOf(200))
        "damaged" -> piped(Photos.noise().let { it.copyOf(it.size / 2) })
        "arithmetic" -> piped(Photos.arithmetic())
        "arithmetic-cut-off" -> piped(Photos.arithmetic().let { it.copyOf(it.size - 30) })
        "file" -> AssetFileDescriptor(file(photo), 0, AssetFileDescriptor.UNKNOWN_LENGTH)
        "section" -> AssetFileDescriptor(file(ByteArray(1000) { 7 } + photo + ByteArray(1000) { 7 }), 1000, photo.size.toLong())
        "fails-midway" -> piped(photo.copyOf(photo.size / 2), failure = "the card was taken out")
        "promises-too-much" -> AssetFileDescriptor(file(photo), 0, photo.size + 1L)
        "fails-after-a-whole-photo" -> piped(photo, failure = "the card was taken out")
        "endless" -> endless()
        "hangs" -> hanging()
        "claims-to-be-large" -> AssetFileDescriptor(file(photo), 0, 1L shl 40)
        "null" -> null
        "denied" -> throw SecurityException("no grant")
        "throws" -> throw IllegalStateException("a bug in the other app")
        else -> throw FileNotFoundException()
    }

    private fun piped(bytes: ByteArray, failure: String? = null): AssetFileDescriptor {
        val (reader, writer) = ParcelFileDescriptor.createReliablePipe()
        Thread {
            ParcelFileDescriptor.AutoCloseOutputStream(writer).use {
                it.write(bytes)
                if (failure != null) writer.closeWithError(failure)
            }
        }.start()
        return AssetFileDescriptor(reader, 0, AssetFileDescriptor.UNKNOWN_LENGTH)
    }

    private fun endless(): AssetFileDescriptor {
        val (reader, writer) = ParcelFileDescriptor.createReliablePipe()
        Thread {
            val chunk = ByteArray(1 shl 20)
            try {
                ParcelFileDescriptor.AutoCloseOutputStream(writer).use { while (true) it.write(chunk) }
            } catch (_: IOException) {
                endlessEnded.countDown()
            }
        }.start()
        return AssetFileDescriptor(reader, 0, AssetFileDescriptor.UNKNOWN_LENGTH)
    }

    private fun hanging(): AssetFileDescriptor {
        val (reader, writer) = ParcelFileDescriptor.createPipe()
        hanging = writer
        opened.countDown()
        return AssetFileDescriptor(reader, 0, AssetFileDescriptor.UNKNOWN_LENGTH)
    }

    private fun file(bytes: ByteArray): ParcelFileDescriptor {
        val file = File.createTempFile("foreign", null)
        file.writeBytes(bytes)
        return ParcelFileDescriptor.open(file, ParcelFileDescriptor.MODE_READ_ONLY).also { file.delete() }
    }

    override fun query(uri: Uri, p: Array<String>?, s: String?, a: Array<String>?, o: String?): Cursor? = null

    override fun insert(uri: Uri, values: ContentValues?): Uri? = null

    override fun update(uri: Uri, values: ContentValues?, s: String?, a: Array<String>?) = 0

    override fun delete(uri: Uri, s: String?, a: Array<String>?) = 0

    companion object {
        const val AUTHORITY = "org.example.gallery"

        fun uri(how: String): Uri = Uri.parse("content://$AUTHORITY/$how")

        val photo = Photos.planted()

        /** How often a photo was opened. */
        val opens = AtomicInteger()

        /** Opened: somebody reads the pipe that nobody writes to. */
        val opened = CountDownLatch(1)

        /** Kept, because a pipe without a writer would end. */
        private var hanging: ParcelFileDescriptor? = null

        /** The reader of the endless pipe went away. */
        val endlessEnded = CountDownLatch(1)
    }
}
