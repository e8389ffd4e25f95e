package org.unmarked.share

import android.content.ContentResolver
import android.content.Context
import android.content.Intent
import android.content.pm.PackageManager
import android.net.Uri
import java.util.Locale

/** What another app handed in, judged before anything of it is opened. */
internal sealed interface Incoming {
    /** One photo, to be read from a foreign provider. Nothing else of the intent goes on. */
    class Photo(val uri: Uri) : Incoming

    class Refused(val problem: Problem) : Incoming
}

/**
 * Takes `ACTION_SEND` with one `content:` URI in `EXTRA_STREAM`, of a provider that is not ours.
 *
 * A `file:` URI would make this process read with its own rights, and so would a URI of a provider
 * of this package: both let another app have files of ours cleaned and sent.
 */
internal fun judge(intent: Intent, ownAuthorities: Set<String>): Incoming {
    if (intent.action != Intent.ACTION_SEND) return Incoming.Refused(Problem.NO_PHOTO)
    // The text, parsed again: the parts of a parcelled URI need not fit each other.
    val uri = intent.stream()?.let { Uri.parse(it.toString()) }
        ?: return Incoming.Refused(Problem.NO_PHOTO)
    val authority = uri.authority
    if (uri.scheme != ContentResolver.SCHEME_CONTENT || uri.isOpaque || authority.isNullOrEmpty()) {
        return Incoming.Refused(Problem.NOT_CONTENT)
    }
    if (provider(authority) in ownAuthorities) return Incoming.Refused(Problem.OWN)
    return Incoming.Photo(uri)
}

/** The authorities of every provider in this package, in lower case. */
internal fun ownAuthorities(context: Context): Set<String> =
    context.packageManager.getPackageInfo(context.packageName, PackageManager.GET_PROVIDERS)
        .providers.orEmpty()
        .flatMap { it.authority.orEmpty().split(';') }
        .map(::provider)
        .toSet()

/**
 * The name of the provider in an authority. The system takes what stands before the last `@` for a
 * user (`10@media`), so `0@ours` is ours.
 */
private fun provider(authority: String): String =
    authority.substringAfterLast('@').substringBefore(':').trim().lowercase(Locale.ROOT)

private fun Intent.stream(): Uri? =
    try {
        @Suppress("DEPRECATION") // the typed one is new in API 33
        getParcelableExtra<Uri>(Intent.EXTRA_STREAM)
    } catch (_: RuntimeException) {
        // extras of a class that is unknown here, or of the wrong one
        null
    }
