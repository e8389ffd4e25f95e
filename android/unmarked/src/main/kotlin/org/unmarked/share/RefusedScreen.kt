package org.unmarked.share

import android.app.Activity
import android.text.format.Formatter
import android.widget.Button
import android.widget.TextView
import org.unmarked.R
import org.unmarked.core.PhotoException

/** Says that nothing was shared, why, and what to do instead. */
internal fun Activity.showRefused(problem: Problem) =
    showRefused(
        getString(problem.title),
        getString(problem.reason, Formatter.formatShortFileSize(this, PhotoSource.LARGEST_PHOTO.toLong())),
        getString(problem.advice),
    )

/** The same for a refusal of the core, in its words. */
internal fun Activity.showRefused(error: PhotoException) {
    val (title, words) = when (error) {
        is PhotoException.NotAPhoto -> R.string.unmarked_refused_not_a_photo to (error.reason to error.advice)
        is PhotoException.Unsupported -> R.string.unmarked_refused_unsupported to (error.reason to error.advice)
        is PhotoException.Undecoded -> R.string.unmarked_refused_unsupported to (error.reason to error.advice)
        is PhotoException.Damaged -> R.string.unmarked_refused_damaged to (error.reason to error.advice)
        is PhotoException.TooLarge -> R.string.unmarked_refused_too_large to (error.reason to error.advice)
        is PhotoException.NotWritten -> R.string.unmarked_refused_failed to (error.reason to error.advice)
        is PhotoException.Failed -> R.string.unmarked_refused_failed to (error.reason to error.advice)
    }
    showRefused(getString(title), sentence(words.first), sentence(words.second))
}

private fun Activity.showRefused(title: String, reason: String, advice: String) {
    setTitle(R.string.unmarked_refused_title)
    setContentView(R.layout.unmarked_refused)
    findViewById<TextView>(R.id.unmarked_kind).text = title
    findViewById<TextView>(R.id.unmarked_reason).text = reason
    findViewById<TextView>(R.id.unmarked_advice).text = advice
    findViewById<Button>(R.id.unmarked_close).setOnClickListener { finish() }
}
