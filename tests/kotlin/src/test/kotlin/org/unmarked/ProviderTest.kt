package org.unmarked

import android.content.ContentValues
import android.net.Uri
import android.os.ParcelFileDescriptor
import android.system.ErrnoException
import android.system.OsConstants
import org.junit.After
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue

import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.unmarked.core.CleanPhoto
import org.unmarked.share.CleanPhotoProvider
import java.io.FileNotFoundException
import java.util.UUID
import java.util.concurrent.Callable
import java.util.concurrent.Executors

/** What other apps can ask of the provider that serves clean photos. */
@RunWith(RobolectricTestRunner::class)
class ProviderTest {
    private val app get() = Phone.app
    private val resolver get() = app.contentResolver

    @After
    fun remount() {
        ProxyDescriptor.mounted = true
    }

    private fun share(photo: CleanPhoto = strip(Photos.planted())): Uri = CleanPhotoProvider.publish(app, photo)

    private fun row(photo: Uri, vararg columns: String): Map<String, String?> =
        resolver.query(photo, columns, null, null, null)!!.use { cursor ->
            assertTrue(cursor.moveToFirst())
            assertEquals(1, cursor.count)
            cursor.columnNames.associateWith { cursor.getString(cursor.getColumnIndexOrThrow(it)) }
        }

    @Test
    fun `name and size for any projection, and unknown columns left out`() {
        val clean = strip(Photos.planted())
        val (name, size) = clean.fileName() to clean.size().toString()
        val photo = share(clean)
        resolver.query(photo, null, null, null, null)!!.use { assertEquals(setOf("_display_name", "_size"), it.columnNames.toSet()) }
        assertEquals(mapOf("_size" to size), row(photo, "_size"))
        assertEquals(listOf("_size", "_display_name"), row(photo, "_size", "_display_name").keys.toList())
        assertEquals(mapOf("_display_name" to name), row(photo, "_data", "_display_name", "latitude", "datetaken"))
    }

    @Test
    fun `type and stream types`() {
        val photo = share()
        assertEquals("image/jpeg", resolver.getType(photo))
        for (filter in listOf("image/jpeg", "image/*", "*/*")) assertArrayEquals(arrayOf("image/jpeg"), resolver.getStreamTypes(photo, filter))
        assertNull(resolver.getStreamTypes(photo, "video/*"))
        assertArrayEquals(Phone.read(photo), resolver.openTypedAssetFileDescriptor(photo, "image/*", null)!!.use { it.createInputStream().readBytes() })
        assertThrows(FileNotFoundException::class.java) { resolver.openTypedAssetFileDescriptor(photo, "text/plain", null) }
    }

    @Test
    fun `a photo larger than one read, many times and at once`() {
        val clean = strip(Photos.noise())
        val bytes = clean.all()
        assertTrue("${bytes.size}", bytes.size > 300 shl 10)
        val photo = share(clean)
        val readers = Executors.newFixedThreadPool(8)
        val all = readers.invokeAll(List(24) { Callable { Phone.read(photo) } }).map { it.get() }
        readers.shutdown()
        all.forEach { assertArrayEquals(bytes, it) }
        assertClean(all.first())
    }

    @Test
    fun `two descriptors stand at places of their own, and can seek`() {
        val bytes = Phone.read(share().also { assertEquals(row(it, "_size")["_size"], "${Phone.read(it).size}") })
        val photo = share(strip(Photos.planted()))
        resolver.openFileDescriptor(photo, "r")!!.use { one ->
            resolver.openFileDescriptor(photo, "r")!!.use { other ->
                assertEquals(bytes.size.toLong(), one.statSize)
                val first = ParcelFileDescriptor.AutoCloseInputStream(one)
                val second = ParcelFileDescriptor.AutoCloseInputStream(other)
                first.channel.position(bytes.size - 10L)
                assertArrayEquals(bytes.copyOfRange(bytes.size - 10, bytes.size), first.readBytes())
                assertArrayEquals(bytes, second.readBytes())
            }
        }
    }

    @Test
    fun `where the system mounts no proxy, a pipe gives the same bytes`() {
        val clean = strip(Photos.noise())
        val bytes = clean.all()
        val photo = share(clean)
        ProxyDescriptor.mounted = false
        repeat(3) { assertArrayEquals(bytes, Phone.read(photo)) }
    }

    @Test
    fun `a reader of a pipe that goes away does no harm, and none comes after the share has ended`() {
        ProxyDescriptor.mounted = false
        val photo = share(strip(Photos.noise()))
        resolver.openFileDescriptor(photo, "r")!!.close()
        assertClean(Phone.read(photo))
        CleanPhotoProvider.revoke(app, photo)
        assertThrows(FileNotFoundException::class.java) { Phone.read(photo) }
    }

    @Test
    fun `only reading`() {
        val photo = share()
        for (mode in listOf("w", "wt", "wa", "rw", "rwt")) {
            assertThrows(mode, SecurityException::class.java) { resolver.openFileDescriptor(photo, mode) }
        }
        assertThrows(UnsupportedOperationException::class.java) { resolver.insert(photo, ContentValues()) }
        assertThrows(UnsupportedOperationException::class.java) { resolver.update(photo, ContentValues(), null, null) }
        assertThrows(UnsupportedOperationException::class.java) { resolver.delete(photo, null, null) }
        assertClean(Phone.read(photo))
    }

    @Test
    fun `an address that is not exactly a live share is not found`() {
        val photo = share()
        val base = photo.toString().removeSuffix(photo.lastPathSegment!!)
        val strange = listOf(base, "${base}1", "$photo/", "$photo/x", "$photo?a=b", "$photo#x", photo.toString().uppercase(), "${base}../${photo.lastPathSegment}", base + "00000000-0000-0000-0000-000000000000")
        for (uri in strange.map(Uri::parse)) {
            if (uri.authority != photo.authority) continue
            assertThrows("$uri", FileNotFoundException::class.java) { resolver.openInputStream(uri) }
            assertNull("$uri", resolver.getType(uri))
            assertNull("$uri", resolver.getStreamTypes(uri, "*/*"))
            resolver.query(uri, null, null, null, null)!!.use { assertEquals("$uri", 0, it.count) }
        }
    }

    @Test
    fun `ids cannot be guessed and do not come again`() {
        val ids = List(200) { share().lastPathSegment!! }
        assertEquals(200, ids.toSet().size)
        assertTrue(ids.all { UUID.fromString(it).version() == 4 })
    }

    @Test
    fun `after process death the same address fails clearly, and never gives another photo`() {
        val photo = share()
        assertClean(Phone.read(photo))
        val provider = Phone.restart()
        val gone = assertThrows(FileNotFoundException::class.java) { provider.openFile(photo, "r") }
        assertTrue("${gone.message}", "share it again" in gone.message!!)
        assertNull(provider.getType(photo))
        provider.query(photo, null, null, null, null).use { assertEquals(0, it.count) }
    }

    @Test
    fun `the oldest share ends when there are too many, and its memory is given back`() {
        val clean = List(5) { strip(Photos.planted()) }
        val photos = clean.map(::share)
        assertEquals(photos.drop(1).map { it.lastPathSegment }, Phone.shares())
        assertTrue(clean.first().uniffiIsDestroyed)
        assertFalse(clean.drop(1).any { it.uniffiIsDestroyed })
        assertThrows(FileNotFoundException::class.java) { Phone.read(photos.first()) }
        photos.drop(1).forEach { assertClean(Phone.read(it)) }
    }

    @Test
    fun `a share that has ended is not readable, also not by who opened it before`() {
        val clean = strip(Photos.planted())
        val photo = share(clean)
        assertTrue(CleanPhotoProvider.isShared(app, photo))
        resolver.openFileDescriptor(photo, "r")!!.close()
        val opened = ProxyDescriptor.latest!!
        assertEquals(1, opened.onRead(0, 1, ByteArray(1)))
        CleanPhotoProvider.revoke(app, photo)
        CleanPhotoProvider.revoke(app, photo)
        val late = assertThrows(ErrnoException::class.java) { opened.onRead(0, 1, ByteArray(1)) }
        assertEquals(OsConstants.EIO, late.errno)
        assertFalse(CleanPhotoProvider.isShared(app, photo))
        assertTrue(clean.uniffiIsDestroyed)
        assertThrows(FileNotFoundException::class.java) { Phone.read(photo) }
    }

    @Test
    fun `a manifest that would open it to all, or to none, is refused at the start`() {
        assertThrows(SecurityException::class.java) { Phone.attach("a", exported = true, grants = true) }
        assertThrows(SecurityException::class.java) { Phone.attach("b", exported = false, grants = false) }
    }

    @Test
    fun `two shares have two names`() =
        assertNotEquals(row(share(), "_display_name"), row(share(), "_display_name"))
}
