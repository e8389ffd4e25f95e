package org.unmarked

import android.app.Activity
import android.app.Application
import android.app.KeyguardManager
import android.content.ComponentName
import android.content.Intent
import android.content.IntentFilter
import android.content.pm.ActivityInfo
import android.content.pm.ApplicationInfo
import android.content.pm.PackageInfo
import android.content.pm.ProviderInfo
import android.net.Uri
import android.os.Looper
import android.os.ParcelFileDescriptor
import android.view.View
import android.view.ViewGroup
import android.widget.TextView
import org.robolectric.Robolectric
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController
import org.robolectric.util.ReflectionHelpers
import org.unmarked.share.CleanPhotoProvider
import org.unmarked.share.ShareActivity

/** The phone around the app: the other apps on it, and the hands that hold it. */
object Phone {
    val app: Application get() = RuntimeEnvironment.getApplication()

    val keyguard: KeyguardManager get() = app.getSystemService(KeyguardManager::class.java)

    /** The gallery that photos come from. */
    fun gallery() {
        Robolectric.setupContentProvider(ForeignProvider::class.java, ForeignProvider.AUTHORITY)
    }

    /** An app with activities that take photos from a share sheet. */
    fun install(name: String, vararg activities: String) {
        val packages = shadowOf(app.packageManager)
        packages.installPackage(PackageInfo().apply {
            packageName = name
            applicationInfo = ApplicationInfo().apply { packageName = name }
        })
        for (activity in activities) {
            val component = ComponentName(name, activity)
            packages.addOrUpdateActivity(ActivityInfo().apply {
                packageName = name
                this.name = activity
                exported = true
                applicationInfo = ApplicationInfo().apply { packageName = name }
            })
            packages.addIntentFilterForActivity(component, IntentFilter(Intent.ACTION_SEND, "image/*").apply {
                addCategory(Intent.CATEGORY_DEFAULT)
            })
        }
    }

    /** What a gallery's share sheet sends. */
    fun send(photo: Uri?): Intent = Intent(Intent.ACTION_SEND).setClass(app, ShareActivity::class.java).setType("image/jpeg")
        .putExtra(Intent.EXTRA_STREAM, photo)

    fun open(intent: Intent): ActivityController<ShareActivity> =
        Robolectric.buildActivity(ShareActivity::class.java, intent).setup()

    /** Lets the main thread run until [holds]; the photo is cleaned on another one. */
    fun await(what: String, holds: () -> Boolean) {
        val patience = System.nanoTime() + 60_000_000_000
        while (!holds()) {
            check(System.nanoTime() < patience) { "waited in vain: $what" }
            shadowOf(Looper.getMainLooper()).idle()
            Thread.sleep(5)
        }
    }

    /** The open screen once the work is done. */
    fun settled(activity: Activity): Activity {
        await("the photo is still being worked on") { activity.findViewById<View>(R.id.unmarked_cancel) == null }
        return activity
    }

    /** Every text on the screen, in the order in which a screen reader goes. */
    fun texts(activity: Activity): List<String> {
        fun of(view: View): List<String> = when (view) {
            is ViewGroup -> (0 until view.childCount).flatMap { of(view.getChildAt(it)) }
            is TextView -> listOf(view.text.toString())
            else -> emptyList()
        }
        return of(activity.findViewById(android.R.id.content))
    }

    fun read(uri: Uri): ByteArray = app.contentResolver.openInputStream(uri)!!.use { it.readBytes() }

    /** Reads as decoders do that seek. */
    fun readFrom(uri: Uri, offset: Long): ByteArray =
        ParcelFileDescriptor.AutoCloseInputStream(app.contentResolver.openFileDescriptor(uri, "r")!!).use {
            it.channel.position(offset)
            it.readBytes()
        }

    /** The ids of the photos that other apps can read now. */
    fun shares(): List<String> =
        app.contentResolver.acquireContentProviderClient("${app.packageName}.unmarked")!!.use {
            val shares = ReflectionHelpers.getField<Any>(it.localContentProvider, "shares")
            ReflectionHelpers.getField<Map<String, *>>(shares, "live").keys.toList()
        }

    /** The provider as a new process starts it: with nothing in memory. */
    fun restart(): CleanPhotoProvider =
        attach("${app.packageName}.unmarked", exported = false, grants = true)

    /** The provider as a manifest with these words would start it. */
    fun attach(authority: String, exported: Boolean, grants: Boolean): CleanPhotoProvider =
        Robolectric.buildContentProvider(CleanPhotoProvider::class.java).create(ProviderInfo().apply {
            this.authority = authority
            packageName = app.packageName
            name = CleanPhotoProvider::class.java.name
            applicationInfo = app.applicationInfo
            this.exported = exported
            grantUriPermissions = grants
        }).get()
}
