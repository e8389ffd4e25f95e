package org.unmarked

import android.content.ComponentName
import android.content.Intent
import android.content.pm.ApplicationInfo
import android.content.pm.PackageInfo
import android.content.pm.PackageManager
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.unmarked.share.CleanPhotoProvider
import org.unmarked.share.ShareActivity
import org.w3c.dom.Element
import org.xmlpull.v1.XmlPullParser
import java.io.File
import javax.xml.parsers.DocumentBuilderFactory

/** What the app asks of the system and opens to others, as the package manager reads it. */
@RunWith(RobolectricTestRunner::class)
class ManifestTest {
    private val app get() = Phone.app
    private val info: PackageInfo
        get() = app.packageManager.getPackageInfo(
            app.packageName,
            PackageManager.GET_PERMISSIONS or PackageManager.GET_ACTIVITIES or PackageManager.GET_PROVIDERS or
                PackageManager.GET_SERVICES or PackageManager.GET_RECEIVERS,
        )

    @Test
    fun `no permission of any kind`() {
        assertEquals(emptyList<String>(), info.requestedPermissions.orEmpty().toList())
        assertEquals(emptyList<String>(), info.permissions.orEmpty().map { it.name })
    }

    @Test
    fun `no backup, no transfer, no clear text`() {
        val flags = app.applicationInfo.flags
        assertEquals(0, flags and ApplicationInfo.FLAG_ALLOW_BACKUP)
        assertEquals(0, flags and ApplicationInfo.FLAG_USES_CLEARTEXT_TRAFFIC)
        assertTrue(flags and ApplicationInfo.FLAG_SUPPORTS_RTL != 0)
        val application = manifest().getElementsByTagName("application").item(0) as Element
        assertEquals("@xml/data_extraction_rules", application.android("dataExtractionRules"))
        assertEquals("@xml/full_backup_content", application.android("fullBackupContent"))
        assertEquals("false", application.android("hasFragileUserData"))
    }

    @Test
    fun `the backup rules exclude every domain and include none`() {
        val all = setOf("root", "file", "database", "sharedpref", "external", "device_root", "device_file", "device_database", "device_sharedpref")
        assertEquals(
            mapOf("cloud-backup" to all, "device-transfer" to all),
            excluded(org.unmarked.app.R.xml.data_extraction_rules),
        )
        assertEquals(mapOf("full-backup-content" to all), excluded(org.unmarked.app.R.xml.full_backup_content))
    }

    @Test
    fun `only the launcher and the share sheet can start anything`() {
        val exported = info.activities.orEmpty().filter { it.exported }.map { it.name }
        assertEquals(listOf("org.unmarked.app.MainActivity", ShareActivity::class.java.name), exported)
        assertTrue(info.services.isNullOrEmpty() && info.receivers.isNullOrEmpty())
        val provider = info.providers!!.single()
        assertEquals(CleanPhotoProvider::class.java.name, provider.name)
        assertEquals("${app.packageName}.unmarked", provider.authority)
        assertFalse(provider.exported)
        assertTrue(provider.grantUriPermissions)
    }

    @Test
    fun `the share sheet offers it for one image, and for nothing else`() {
        fun takes(action: String, type: String) = app.packageManager
            .queryIntentActivities(Intent(action).setType(type).setPackage(app.packageName), PackageManager.MATCH_DEFAULT_ONLY)
            .any { it.activityInfo.name == ShareActivity::class.java.name }
        assertTrue(takes(Intent.ACTION_SEND, "image/jpeg") && takes(Intent.ACTION_SEND, "image/*"))
        assertFalse(takes(Intent.ACTION_SEND, "text/plain") || takes(Intent.ACTION_SEND, "video/mp4"))
        assertFalse(takes(Intent.ACTION_SEND_MULTIPLE, "image/jpeg") || takes(Intent.ACTION_VIEW, "image/jpeg"))
    }

    @Test
    fun `its screen stays out of the overview and out of other tasks`() {
        val activity = app.packageManager.getActivityInfo(ComponentName(app, ShareActivity::class.java), 0)
        assertTrue(activity.flags and android.content.pm.ActivityInfo.FLAG_EXCLUDE_FROM_RECENTS != 0)
        assertTrue("'${activity.taskAffinity}'", activity.taskAffinity.isNullOrEmpty())
    }

    @Test
    fun `it sees Signal, and the apps that take an image`() {
        val queries = manifest().getElementsByTagName("queries")
        assertEquals(1, queries.length)
        val seen = (queries.item(0) as Element).getElementsByTagName("*").let { all -> (0 until all.length).map { all.item(it) as Element } }
        assertEquals(listOf("org.thoughtcrime.securesms"), seen.filter { it.tagName == "package" }.map { it.android("name") })
        assertEquals(listOf(Intent.ACTION_SEND), seen.filter { it.tagName == "action" }.map { it.android("name") })
        assertEquals(listOf("image/*"), seen.filter { it.tagName == "data" }.map { it.android("mimeType") })
    }

    @Test
    fun `cloud and gallery packages are well formed, and Signal is not among them`() {
        val packages = app.resources.getStringArray(R.array.unmarked_cloud_and_gallery_packages)
        assertEquals(packages.size, packages.toSet().size)
        assertTrue(packages.all { Regex("[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)+").matches(it) })
        assertTrue("com.google.android.apps.photos" in packages)
        assertFalse("org.thoughtcrime.securesms" in packages)
    }

    @Test
    fun `it starts, and says how to send a photo`() {
        val main = org.robolectric.Robolectric.setupActivity(org.unmarked.app.MainActivity::class.java)
        assertTrue(app.getString(org.unmarked.app.R.string.how_steps) in Phone.texts(main))
    }

    /** The manifest as merged: the package manager does not tell everything. */
    private fun manifest(): Element {
        val properties = java.util.Properties()
        javaClass.getResourceAsStream("/com/android/tools/test_config.properties").use(properties::load)
        val factory = DocumentBuilderFactory.newInstance().apply { isNamespaceAware = true }
        return factory.newDocumentBuilder().parse(File(properties.getProperty("android_merged_manifest"))).documentElement
    }

    private fun Element.android(name: String) = getAttributeNS("http://schemas.android.com/apk/res/android", name)

    /** The excluded domains by section; anything but an exclusion of everything in a domain fails. */
    private fun excluded(rules: Int): Map<String, Set<String>> {
        val found = mutableMapOf<String, MutableSet<String>>()
        var section = ""
        val xml = app.resources.getXml(rules)
        while (xml.next() != XmlPullParser.END_DOCUMENT) {
            if (xml.eventType != XmlPullParser.START_TAG || xml.name == "data-extraction-rules") continue
            if (xml.name != "exclude") {
                section = xml.name
                continue
            }
            assertEquals(".", xml.getAttributeValue(null, "path"))
            found.getOrPut(section) { mutableSetOf() } += xml.getAttributeValue(null, "domain")
        }
        return found
    }
}
