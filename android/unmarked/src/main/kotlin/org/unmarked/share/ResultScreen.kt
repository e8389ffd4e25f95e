package org.unmarked.share

import android.app.Activity
import android.text.BidiFormatter
import android.view.ViewGroup
import android.widget.Button
import android.widget.TextView
import org.unmarked.R
import org.unmarked.core.Betrayal
import org.unmarked.core.PhotoFinding
import org.unmarked.core.PhotoReceipt

/** Shows what the photo said and what remains, warnings first, and the button to send it. */
internal fun Activity.showResult(receipt: PhotoReceipt, send: () -> Unit) {
    setTitle(R.string.unmarked_result_title)
    setContentView(R.layout.unmarked_result)
    val sections = Sections(this, findViewById(R.id.unmarked_sections))
    val words = ReceiptWords(this)

    sections.heading(R.string.unmarked_before_title)
    sections.line(getString(R.string.unmarked_original))
    sections.line(getString(R.string.unmarked_first_contact))
    sections.line(getString(R.string.unmarked_targets_hidden))

    // what happened to the picture: a part of it may be missing
    if (receipt.notes.isNotEmpty()) {
        sections.heading(R.string.unmarked_notes_title)
        receipt.notes.forEach { sections.line(words.of(it)) }
    }

    sections.heading(R.string.unmarked_found_title)
    sections.findings(receipt)

    sections.heading(R.string.unmarked_remaining_title)
    receipt.remaining.forEach { sections.line(words.of(it)) }
    sections.heading(R.string.unmarked_kept_title)
    receipt.kept.forEach { sections.line(words.of(it)) }

    findViewById<Button>(R.id.unmarked_send).setOnClickListener { send() }
}

/** Lines of text under headings, one view each, so that TalkBack steps through them. */
private class Sections(private val activity: Activity, private val into: ViewGroup) {
    // what a photo says is written in any direction
    private val bidi = BidiFormatter.getInstance()

    fun heading(text: Int) = add(R.layout.unmarked_heading, activity.getString(text))

    fun line(text: String) = add(R.layout.unmarked_line, text)

    fun findings(receipt: PhotoReceipt) {
        val groups = receipt.found.groupBy { it.betrays }
        val marks = GROUPS.filter { (betrayal, _) -> betrayal in groups }
        marks.forEach { (betrayal, name) -> group(name, groups.getValue(betrayal)) }
        if (receipt.more) line(activity.getString(R.string.unmarked_found_over_limit))
        line(activity.getString(if (marks.isEmpty()) R.string.unmarked_found_nothing else R.string.unmarked_found_gone))
        // "no place was found" would be a promise that Android does not let us make
        if (Betrayal.PLACE !in groups) line(activity.getString(R.string.unmarked_place_hidden))
    }

    private fun group(name: Int, findings: List<PhotoFinding>) {
        val lines = findings.take(SHOWN).map {
            activity.getString(R.string.unmarked_finding, it.label, bidi.unicodeWrap(it.value))
        }
        val rest = findings.size - lines.size
        val more = if (rest > 0) listOf(activity.resources.getQuantityString(R.plurals.unmarked_found_more, rest, rest)) else emptyList()
        add(R.layout.unmarked_group, activity.getString(name))
        line((lines + more).joinToString("\n"))
    }

    private fun add(layout: Int, text: String) {
        val view = activity.layoutInflater.inflate(layout, into, false) as TextView
        view.text = text
        into.addView(view)
    }

    private companion object {
        /** Findings of one group that are shown; the rest is counted. */
        const val SHOWN = 6

        val GROUPS = listOf(
            Betrayal.PLACE to R.string.unmarked_betrays_place,
            Betrayal.TIME to R.string.unmarked_betrays_time,
            Betrayal.DEVICE to R.string.unmarked_betrays_device,
            Betrayal.OWNER to R.string.unmarked_betrays_owner,
            Betrayal.HISTORY to R.string.unmarked_betrays_history,
            Betrayal.HIDDEN_PICTURE to R.string.unmarked_betrays_hidden_picture,
            Betrayal.UNKNOWN to R.string.unmarked_betrays_unknown,
        )
    }
}
