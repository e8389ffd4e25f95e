package org.unmarked.share

import android.app.Activity
import android.content.ActivityNotFoundException
import android.net.Uri
import android.os.Bundle
import android.view.WindowManager
import android.widget.Button
import org.unmarked.R

/**
 * Takes one photo from another app's share sheet, cleans it, shows what it said, and hands the
 * clean one to the chooser when asked. The result comes before the chooser, because the original
 * still lies in the gallery and only this screen says so.
 */
public class ShareActivity : Activity() {
    /** What outlives a turn of the screen. */
    private class Session(val job: CleaningJob, var shared: Uri? = null)

    private var session: Session? = null

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        // what the photo says is for the eyes here: no screenshot, no overview, no other display
        window.addFlags(WindowManager.LayoutParams.FLAG_SECURE)

        @Suppress("DEPRECATION") // platform APIs only: its successor is AndroidX's
        val kept = lastNonConfigurationInstance as Session?
        if (kept != null) {
            attach(kept)
            return
        }
        when (val incoming = judge(intent, ownAuthorities(this))) {
            is Incoming.Refused -> showRefused(incoming.problem)
            is Incoming.Photo -> attach(Session(CleaningJob(PhotoSource(contentResolver, incoming.uri)).apply { start() }))
        }
    }

    @Deprecated("platform APIs only: its successor is AndroidX's")
    override fun onRetainNonConfigurationInstance(): Any? = session

    override fun onDestroy() {
        super.onDestroy()
        val ended = session ?: return
        ended.job.listener = null
        // a shared photo belongs to the provider, and its target may still be reading
        if (!isChangingConfigurations && ended.shared == null) ended.job.discard()
    }

    private fun attach(session: Session) {
        this.session = session
        session.job.listener = ::show
        val outcome = session.job.outcome
        if (outcome == null) showWorking() else show(outcome)
    }

    private fun showWorking() {
        setTitle(R.string.unmarked_working_title)
        setContentView(R.layout.unmarked_working)
        findViewById<Button>(R.id.unmarked_cancel).setOnClickListener { finish() }
    }

    private fun show(outcome: Outcome) = when (outcome) {
        is Outcome.Cleaned -> showResult(outcome.receipt) { send(outcome) }
        is Outcome.RefusedByCore -> showRefused(outcome.error)
        is Outcome.Refused -> showRefused(outcome.problem)
    }

    private fun send(cleaned: Outcome.Cleaned) {
        val session = session ?: return
        val uri = session.shared ?: CleanPhotoProvider.publish(this, cleaned.photo).also { session.shared = it }
        if (!CleanPhotoProvider.isShared(this, uri)) {
            showRefused(Problem.GONE)
            return
        }
        try {
            startActivity(chooser(this, uri, cleaned.photo.mediaType()))
        } catch (_: ActivityNotFoundException) {
            CleanPhotoProvider.revoke(this, uri)
            showRefused(Problem.NO_TARGET)
        }
    }
}
