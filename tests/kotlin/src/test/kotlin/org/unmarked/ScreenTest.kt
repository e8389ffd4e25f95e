package org.unmarked

import android.app.Activity
import android.graphics.Bitmap
import android.graphics.Canvas
import android.view.View
import android.view.ViewGroup
import android.widget.Button
import android.widget.TextView
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import java.io.File

/** Draws the screens to target/screens, and holds them to what every hand and ear needs. */
@RunWith(RobolectricTestRunner::class)
@Config(qualifiers = "w360dp-h640dp-xhdpi")
class ScreenTest {
    private val folder = File(System.getProperty("unmarked.screens")).apply { mkdirs() }

    @Before
    fun phone() = Phone.gallery()

    @Test
    fun light() = draw("light")

    @Test
    @Config(qualifiers = "+night")
    fun dark() = draw("dark")

    @Test
    @Config(qualifiers = "+ar-ldrtl")
    fun `right to left`() = draw("rtl")

    @Test
    fun `large font`() {
        RuntimeEnvironment.setFontScale(2f)
        draw("large")
    }

    private fun draw(name: String) {
        draw("$name-result", "photo")
        draw("$name-no-place", "no-position")
        draw("$name-damaged", "damaged")
        draw("$name-refused", "cut-off")
        draw("$name-working", "hangs", settled = false)
    }

    private fun draw(name: String, how: String, settled: Boolean = true) {
        val controller = Phone.open(Phone.send(ForeignProvider.uri(how)))
        val activity = controller.get()
        if (settled) Phone.settled(activity)
        val window = activity.window.decorView
        save("$name.png", window, window.width, window.height)
        accessible(activity)
        // and the whole list, as if the screen were long enough
        val list = scrolled(window)
        if (list != null) save("$name-all.png", list, list.width, list.height)
        controller.pause().stop().destroy()
    }

    private fun save(name: String, view: View, width: Int, height: Int) {
        assertTrue("$width x $height", width > 0 && height > 0)
        val picture = Bitmap.createBitmap(width, height, Bitmap.Config.ARGB_8888)
        val night = view.resources.configuration.uiMode and android.content.res.Configuration.UI_MODE_NIGHT_YES != 0
        if (view !== view.rootView) picture.eraseColor(if (night) 0xFF202020.toInt() else 0xFFFAFAFA.toInt())
        view.draw(Canvas(picture))
        val colours = IntArray(width * height).also { picture.getPixels(it, 0, width, 0, 0, width, height) }.toSet()
        assertTrue("$name is empty", colours.size > 10)
        File(folder, name).outputStream().use { assertTrue(picture.compress(Bitmap.CompressFormat.PNG, 100, it)) }
    }

    /** Buttons large enough to hit, no text cut, and something to read out for each view that is not text. */
    private fun accessible(activity: Activity) {
        val density = activity.resources.displayMetrics.density
        for (view in leaves(activity.findViewById(android.R.id.content))) {
            if (view is Button) {
                assertTrue("'${view.text}' is ${view.height / density} dp high", view.height >= 48 * density && view.width >= 48 * density)
            }
            if (view is TextView) {
                assertTrue("a view without words", view.text.isNotEmpty())
                val layout = view.layout
                assertTrue("'${view.text}' is cut", layout.height <= view.height)
                for (line in 0 until layout.lineCount) assertEquals("'${view.text}' is cut", 0, layout.getEllipsisCount(line))
            } else {
                assertTrue("$view has no description", !view.contentDescription.isNullOrEmpty())
            }
        }
    }

    private fun leaves(view: View): List<View> =
        if (view is ViewGroup) (0 until view.childCount).flatMap { leaves(view.getChildAt(it)) } else listOf(view)

    private fun scrolled(view: View): View? = when (view) {
        is android.widget.ScrollView -> view.getChildAt(0)
        is ViewGroup -> (0 until view.childCount).firstNotNullOfOrNull { scrolled(view.getChildAt(it)) }
        else -> null
    }
}
