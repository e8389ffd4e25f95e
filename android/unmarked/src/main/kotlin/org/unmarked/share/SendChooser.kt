package org.unmarked.share

import android.content.ClipData
import android.content.ComponentName
import android.content.Context
import android.content.Intent
import android.content.pm.PackageManager
import android.content.pm.ResolveInfo
import android.net.Uri
import org.unmarked.R

/** Signal for Android: its package, never a class in it, which has moved before. */
internal const val SIGNAL = "org.thoughtcrime.securesms"

/**
 * The chooser for one clean photo: Signal first if it is there, without clouds, galleries and
 * ourselves. The intent is made from nothing, so nothing that came in with the photo goes on.
 */
internal fun chooser(context: Context, photo: Uri, mediaType: String): Intent {
    val send = send(photo, mediaType)
    val targets = context.packageManager.queryIntentActivities(send, PackageManager.MATCH_DEFAULT_ONLY)
    return Intent.createChooser(send, null)
        .putExtra(Intent.EXTRA_EXCLUDE_COMPONENTS, excluded(context, targets))
        .putExtra(Intent.EXTRA_INITIAL_INTENTS, first(send, targets))
}

private fun send(photo: Uri, mediaType: String): Intent =
    Intent(Intent.ACTION_SEND)
        .setType(mediaType)
        .putExtra(Intent.EXTRA_STREAM, photo)
        .addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION)
        // the grant reaches the target through the clip; a label would be one more thing to leak
        .apply { clipData = ClipData.newRawUri(null, photo) }

/**
 * The chooser shows an initial intent only if it resolves to one activity: the package is enough
 * while Signal has one for photos; should it have several, the first that the system names.
 */
private fun first(send: Intent, targets: List<ResolveInfo>): Array<Intent> {
    val signal = targets.filter { it.activityInfo.packageName == SIGNAL }
    return when (signal.size) {
        0 -> emptyArray()
        1 -> arrayOf(Intent(send).setPackage(SIGNAL))
        else -> arrayOf(Intent(send).setComponent(signal.first().component()))
    }
}

private fun excluded(context: Context, targets: List<ResolveInfo>): Array<ComponentName> {
    val packages = context.resources.getStringArray(R.array.unmarked_cloud_and_gallery_packages).toSet()
    val found = targets
        .filter { it.activityInfo.packageName in packages || it.activityInfo.packageName == context.packageName }
        .map { it.component() }
    return (found + ComponentName(context, ShareActivity::class.java)).distinct().toTypedArray()
}

private fun ResolveInfo.component() = ComponentName(activityInfo.packageName, activityInfo.name)
