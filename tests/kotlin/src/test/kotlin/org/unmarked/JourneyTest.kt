package org.unmarked

import android.app.Activity
import android.content.ClipData
import android.content.ComponentName
import android.content.Intent
import android.net.Uri
import android.os.Bundle
import android.os.Looper
import android.view.View
import android.view.WindowManager
import android.widget.Button
import android.widget.TextView
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.GraphicsMode
import org.unmarked.share.ShareActivity
import java.awt.Color
import java.io.ByteArrayInputStream
import java.io.FileNotFoundException
import java.util.concurrent.TimeUnit
import javax.imageio.ImageIO

/** One photo from another app's share sheet, through the real core, to what Signal would read. */
@RunWith(RobolectricTestRunner::class)
class JourneyTest {
    private val app get() = Phone.app

    @Before
    fun phone() {
        Phone.gallery()
        Phone.install(SIGNAL, "$SIGNAL.sharing.v2.ShareActivity")
        Phone.install("org.example.mail", "org.example.mail.Compose")
    }

    @Test
    fun `a photo goes in, and Signal reads a clean one`() {
        val before = ForeignProvider.photo
        assertTrue(Photos.MARK in before)
        val target = target(chosen(result("photo")))
        val photo = stream(target)

        // as Signal does: the size and the name by a null projection, the type, then the bytes, twice
        val (size, name) = app.contentResolver.query(photo, null, null, null, null)!!.use {
            assertTrue(it.moveToFirst())
            it.getLong(it.getColumnIndexOrThrow("_size")) to it.getString(it.getColumnIndexOrThrow("_display_name"))
        }
        assertEquals("image/jpeg", app.contentResolver.getType(photo))
        val bytes = Phone.read(photo)
        assertArrayEquals(bytes, Phone.read(photo))
        assertEquals(size, bytes.size.toLong())
        assertTrue(name, Regex("[a-z2-7]{12}\\.jpg").matches(name))
        assertClean(bytes)
        assertArrayEquals(bytes.copyOfRange(100, bytes.size), Phone.readFrom(photo, 100))
    }

    @Test
    fun `every way that a provider hands a photo out gives the same clean one`() {
        val clean = listOf("photo", "file", "section").map { Phone.read(stream(target(chosen(result(it))))) }
        clean.forEach { assertArrayEquals(clean.first(), it) }
        assertClean(clean.first())
    }

    @Test
    @GraphicsMode(GraphicsMode.Mode.NATIVE)
    fun `what only Android's decoder can draw goes through, and the person is told what it said`() {
        val result = result("arithmetic")
        val texts = Phone.texts(result).joinToString("\n")
        assertTrue(texts, "${Photos.MARK} artist" in texts)
        assertTrue(texts, "only the decoder of this system can draw it" in texts)
        val clean = Phone.read(stream(target(chosen(result))))
        assertClean(clean)
        val picture = ImageIO.read(ByteArrayInputStream(clean))
        assertEquals(24 to 16, picture.width to picture.height)
        val (left, right) = Color(picture.getRGB(4, 8)) to Color(picture.getRGB(20, 8))
        assertTrue("$left $right", left.red > 180 && left.blue < 80 && right.red < 80 && right.blue > 170)
    }

    @Test
    @GraphicsMode(GraphicsMode.Mode.NATIVE)
    fun `what Android's decoder cannot draw either is refused in the core's words`() =
        assertRefused(open("arithmetic-cut-off"), R.string.unmarked_refused_unsupported)

    @Test
    fun `a photo without marks goes through as well`() =
        assertClean(Phone.read(stream(target(chosen(result("plain"))))))

    @Test
    fun `the person is told what was found, what remains and where the original is`() {
        val texts = Phone.texts(result("photo"))
        val all = texts.joinToString("\n")
        for (heading in listOf(R.string.unmarked_betrays_place, R.string.unmarked_betrays_time, R.string.unmarked_betrays_device, R.string.unmarked_betrays_owner)) {
            assertTrue(all, app.getString(heading) in texts)
        }
        assertTrue(all, "${Photos.MARK} artist" in all)
        assertTrue(all, app.getString(R.string.unmarked_original) in texts)
        assertTrue(all, app.getString(R.string.unmarked_remaining_title) in texts)
        assertEquals("the button comes last", app.getString(R.string.unmarked_send), texts.last())
    }

    @Test
    fun `that no place was found is never claimed`() {
        for (how in listOf("no-position", "plain")) {
            val texts = Phone.texts(result(how))
            assertTrue("$texts", app.getString(R.string.unmarked_place_hidden) in texts)
            assertFalse("$texts", app.getString(R.string.unmarked_betrays_place) in texts)
        }
    }

    @Test
    fun `the chooser carries the clean photo and a grant, and nothing that came in`() {
        val caption = "caption ${Photos.MARK}"
        val incoming = Phone.send(ForeignProvider.uri("photo"))
            .putExtra(Intent.EXTRA_TEXT, caption).putExtra(Intent.EXTRA_SUBJECT, caption)
            .putExtra(Intent.EXTRA_HTML_TEXT, "<b>$caption</b>").putExtra(Intent.EXTRA_TITLE, caption)
            .putExtra(Intent.EXTRA_EMAIL, arrayOf(caption)).putExtra("org.example.own", caption)
        incoming.clipData = ClipData.newPlainText(caption, caption)
        val chooser = chosen(Phone.settled(Phone.open(incoming).get()))
        val target = target(chooser)
        val photo = stream(target)

        for (intent in listOf(target, initial(chooser).single())) {
            assertEquals(Intent.ACTION_SEND, intent.action)
            assertEquals("image/jpeg", intent.type)
            assertNull(intent.data)
            assertEquals(setOf(Intent.EXTRA_STREAM), intent.extras!!.keySet())
            assertEquals(photo, stream(intent))
            assertEquals(Intent.FLAG_GRANT_READ_URI_PERMISSION, intent.flags)
            val clip = intent.clipData!!
            assertEquals(1, clip.itemCount)
            assertNull(clip.description.label)
            assertEquals(photo, clip.getItemAt(0).uri)
            assertNull(clip.getItemAt(0).text)
        }
        assertEquals(
            setOf(Intent.EXTRA_INTENT, Intent.EXTRA_EXCLUDE_COMPONENTS, Intent.EXTRA_INITIAL_INTENTS),
            chooser.extras!!.keySet(),
        )
        assertFalse(Photos.MARK in photo.toString())
        assertFalse(ForeignProvider.AUTHORITY in chooser.toUri(0) + target.toUri(0))
    }

    @Test
    fun `Signal stands first, by its package, and only if it is there`() {
        val intent = initial(chosen(result("photo"))).single()
        assertEquals(SIGNAL, intent.`package`)
        assertNull(intent.component)
        assertEquals(SIGNAL, intent.resolveActivityInfo(app.packageManager, 0).packageName)
        shadowOf(app.packageManager).removeActivity(ComponentName(SIGNAL, "$SIGNAL.sharing.v2.ShareActivity"))
        assertEquals(0, initial(chosen(result("photo"))).size)
    }

    @Test
    fun `a Signal with two ways in is still resolved to one`() {
        Phone.install(SIGNAL, "$SIGNAL.a.Share", "$SIGNAL.b.Share")
        assertEquals(SIGNAL, initial(chosen(result("photo"))).single().component!!.packageName)
    }

    @Test
    fun `clouds, galleries and ourselves are left out`() {
        Phone.install("com.google.android.apps.photos", "com.google.Upload", "com.google.Other")
        Phone.install("com.dropbox.android", "com.dropbox.Upload")
        val excluded = chosen(result("photo")).getParcelableArrayExtra(Intent.EXTRA_EXCLUDE_COMPONENTS)!!.toSet()
        assertEquals(
            setOf(
                ComponentName(app, ShareActivity::class.java),
                ComponentName("com.google.android.apps.photos", "com.google.Upload"),
                ComponentName("com.google.android.apps.photos", "com.google.Other"),
                ComponentName("com.dropbox.android", "com.dropbox.Upload"),
            ),
            excluded,
        )
    }

    @Test
    fun `sending again offers the same photo, a new share another one`() {
        val activity = result("photo")
        val first = stream(target(chosen(activity)))
        assertEquals(first, stream(target(chosen(activity))))
        val other = stream(target(chosen(result("photo"))))
        assertNotEquals(first, other)
        assertNotEquals(name(first), name(other))
    }

    @Test
    fun `a photo that made room for newer ones is not sent`() {
        val oldest = result("photo")
        val uri = stream(target(chosen(oldest)))
        repeat(4) { chosen(result("photo")) }
        assertThrows(FileNotFoundException::class.java) { Phone.read(uri) }
        oldest.findViewById<Button>(R.id.unmarked_send).performClick()
        assertRefused(oldest, R.string.unmarked_gone_reason)
    }

    @Test
    fun `what is no photo is refused`() {
        assertRefused(open("empty"), R.string.unmarked_refused_not_a_photo)
        assertRefused(open("text"), R.string.unmarked_refused_not_a_photo)
        assertRefused(open("cut-off"), R.string.unmarked_refused_damaged)
    }

    @Test
    fun `of a damaged photo goes on what can be shown, and the person is told`() {
        val activity = result("damaged")
        val texts = Phone.texts(activity)
        val notes = texts.subList(texts.indexOf(app.getString(R.string.unmarked_notes_title)), texts.size)
        assertTrue("$texts", notes[1].startsWith("Drawn again by Rebuild, because Strip refused it: "))
        assertTrue("$texts", Regex("About (4[0-9]|5[0-9]) % of the picture was missing or damaged.*").matches(notes[2]))
        assertTrue("$texts", app.getString(R.string.unmarked_kept_shown_picture) in texts)
        assertFalse("$texts", app.getString(R.string.unmarked_kept_coded_picture) in texts)
        assertClean(Phone.read(stream(target(chosen(activity)))))
    }

    @Test
    fun `a provider that fails is refused`() {
        for (how in listOf("fails-midway", "fails-after-a-whole-photo", "promises-too-much", "null", "denied", "throws", "missing")) {
            assertRefused(open(how), R.string.unmarked_unreadable_reason)
        }
        assertRefused(Phone.settled(Phone.open(Phone.send(Uri.parse("content://org.example.nobody/1"))).get()), R.string.unmarked_unreadable_reason)
    }

    @Test
    fun `a provider without end meets the limit`() {
        assertRefused(open("endless"), R.string.unmarked_refused_too_large)
        assertTrue("the pipe is closed", ForeignProvider.endlessEnded.await(60, TimeUnit.SECONDS))
        assertRefused(open("claims-to-be-large"), R.string.unmarked_refused_too_large)
    }

    @Test
    fun `an intent that is not one photo is refused`() {
        val photo = ForeignProvider.uri("photo")
        assertRefused(Phone.send(null), R.string.unmarked_no_photo_reason)
        assertRefused(Phone.send(photo).apply { removeExtra(Intent.EXTRA_STREAM) }, R.string.unmarked_no_photo_reason)
        assertRefused(Phone.send(photo).setAction(Intent.ACTION_VIEW), R.string.unmarked_no_photo_reason)
        assertRefused(Phone.send(photo).setAction(null), R.string.unmarked_no_photo_reason)
        assertRefused(Phone.send(photo).setAction(Intent.ACTION_SEND_MULTIPLE), R.string.unmarked_no_photo_reason)
        assertRefused(Phone.send(null).putExtra(Intent.EXTRA_STREAM, "content://a/b"), R.string.unmarked_no_photo_reason)
        assertRefused(Phone.send(null).putParcelableArrayListExtra(Intent.EXTRA_STREAM, arrayListOf(photo, photo)), R.string.unmarked_no_photo_reason)
        assertRefused(Phone.send(null).putExtra(Intent.EXTRA_STREAM, Bundle()), R.string.unmarked_no_photo_reason)
    }

    @Test
    fun `an address that is not a foreign provider's is refused`() {
        val own = "${app.packageName}.unmarked"
        for (address in listOf("file:///sdcard/DCIM/1.jpg", "FILE:///etc/hosts", "/sdcard/1.jpg", "https://example.org/1.jpg", "android.resource://${app.packageName}/1", "content:opaque", "content:///1", "CONTENT://${ForeignProvider.AUTHORITY}/photo", "")) {
            assertRefused(Phone.send(Uri.parse(address)), R.string.unmarked_not_content_reason)
        }
        for (authority in listOf(own, own.uppercase(), "0@$own", "user@$own", "a@b@$own", "10%40$own", own.replace(".", "%2E"), "$own:80", " $own")) {
            assertRefused(Phone.send(Uri.parse("content://$authority/1")), R.string.unmarked_own_reason)
        }
        val disguised = Uri.parse("content://${ForeignProvider.AUTHORITY}/photo").buildUpon().encodedAuthority("x@$own").build()
        assertRefused(Phone.send(disguised), R.string.unmarked_own_reason)
    }

    @Test
    fun `our own clean photo is not taken in again`() {
        val photo = stream(target(chosen(result("photo"))))
        assertRefused(Phone.send(photo), R.string.unmarked_own_reason)
    }

    @Test
    fun `when no app can take it, the share ends`() {
        val activity = result("photo")
        shadowOf(app).checkActivities(true)
        activity.findViewById<Button>(R.id.unmarked_send).performClick()
        assertRefused(activity, R.string.unmarked_no_target_reason)
        shadowOf(app).checkActivities(false)
        assertEquals("no share is left", emptyList<String>(), Phone.shares())
    }

    @Test
    fun `cancelling stops a provider that hangs, and nothing arrives later`() {
        val controller = Phone.open(Phone.send(ForeignProvider.uri("hangs")))
        val activity = controller.get()
        assertTrue(ForeignProvider.opened.await(60, TimeUnit.SECONDS))
        val worker = worker()!!
        activity.findViewById<Button>(R.id.unmarked_cancel).performClick()
        assertTrue(activity.isFinishing)
        controller.pause().stop().destroy()
        worker.join(60_000)
        assertFalse("the thread still waits for the provider", worker.isAlive)
        shadowOf(Looper.getMainLooper()).idle()
        assertNull(shadowOf(app).nextStartedActivity)
    }

    @Test
    fun `a turn of the screen keeps the photo, and what is shared stays readable`() {
        val opensBefore = ForeignProvider.opens.get()
        val controller = Phone.open(Phone.send(ForeignProvider.uri("photo")))
        controller.recreate()
        Phone.settled(controller.get())
        assertEquals("it is read once", opensBefore + 1, ForeignProvider.opens.get())
        val photo = stream(target(chosen(Phone.settled(controller.get()))))
        controller.recreate()
        assertEquals(photo, stream(target(chosen(Phone.settled(controller.get())))))
        controller.pause().stop().destroy()
        assertClean(Phone.read(photo))
    }

    @Test
    fun `the screen is kept from screenshots and from other apps' windows`() {
        val activity = result("photo")
        assertNotEquals(0, activity.window.attributes.flags and WindowManager.LayoutParams.FLAG_SECURE)
        assertTrue(activity.findViewById<View>(R.id.unmarked_send).filterTouchesWhenObscured)
        assertNotEquals(0, open("text").window.attributes.flags and WindowManager.LayoutParams.FLAG_SECURE)
    }

    private fun open(how: String) = Phone.settled(Phone.open(Phone.send(ForeignProvider.uri(how))).get())

    private fun result(how: String) = open(how).also {
        assertNotNull("refused: ${Phone.texts(it)}", it.findViewById(R.id.unmarked_send))
        assertNull("nothing is shared before it is asked for", shadowOf(app).peekNextStartedActivity())
    }

    private fun chosen(activity: Activity): Intent {
        activity.findViewById<Button>(R.id.unmarked_send).performClick()
        return shadowOf(app).nextStartedActivity.also { assertEquals(Intent.ACTION_CHOOSER, it.action) }
    }

    @Suppress("DEPRECATION")
    private fun target(chooser: Intent): Intent = chooser.getParcelableExtra(Intent.EXTRA_INTENT)!!

    @Suppress("DEPRECATION")
    private fun stream(intent: Intent): Uri = intent.getParcelableExtra(Intent.EXTRA_STREAM)!!

    @Suppress("DEPRECATION")
    private fun initial(chooser: Intent): List<Intent> =
        chooser.getParcelableArrayExtra(Intent.EXTRA_INITIAL_INTENTS)!!.map { it as Intent }

    private fun name(photo: Uri): String = app.contentResolver.query(photo, arrayOf("_display_name"), null, null, null)!!.use {
        it.moveToFirst()
        it.getString(0)
    }

    private fun assertRefused(intent: Intent, words: Int) = assertRefused(Phone.settled(Phone.open(intent).get()), words)

    private fun assertRefused(activity: Activity, words: Int) {
        val texts = Phone.texts(activity)
        val expected = app.getString(words, "105 MB")
        assertTrue("'$expected' is not in $texts", expected in texts)
        assertTrue("$texts", app.getString(R.string.unmarked_refused_title) in texts)
        assertTrue("an advice: $texts", activity.findViewById<TextView>(R.id.unmarked_advice).text.isNotEmpty())
        assertNull("nothing is shared", shadowOf(app).nextStartedActivity)
        assertFalse("the screen names the mark", Photos.MARK in texts.joinToString())
    }

    private fun worker(): Thread? = Thread.getAllStackTraces().keys.find { it.name == "unmarked-clean" }

    private companion object {
        const val SIGNAL = "org.thoughtcrime.securesms"
    }
}
