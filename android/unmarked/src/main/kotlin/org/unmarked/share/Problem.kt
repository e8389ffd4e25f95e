package org.unmarked.share

import org.unmarked.R

/** Why this shell shares nothing; the core's reasons are in [org.unmarked.core.PhotoException]. */
internal enum class Problem(val title: Int, val reason: Int, val advice: Int) {
    NO_PHOTO(
        R.string.unmarked_refused_not_a_photo,
        R.string.unmarked_no_photo_reason,
        R.string.unmarked_no_photo_advice,
    ),
    NOT_CONTENT(
        R.string.unmarked_refused_failed,
        R.string.unmarked_not_content_reason,
        R.string.unmarked_not_content_advice,
    ),
    OWN(
        R.string.unmarked_refused_failed,
        R.string.unmarked_own_reason,
        R.string.unmarked_own_advice,
    ),
    UNREADABLE(
        R.string.unmarked_refused_failed,
        R.string.unmarked_unreadable_reason,
        R.string.unmarked_unreadable_advice,
    ),
    TOO_LARGE(
        R.string.unmarked_refused_too_large,
        R.string.unmarked_too_large_reason,
        R.string.unmarked_too_large_advice,
    ),
    MEMORY(
        R.string.unmarked_refused_too_large,
        R.string.unmarked_memory_reason,
        R.string.unmarked_memory_advice,
    ),
    FAULT(
        R.string.unmarked_refused_failed,
        R.string.unmarked_fault_reason,
        R.string.unmarked_fault_advice,
    ),
    GONE(
        R.string.unmarked_refused_failed,
        R.string.unmarked_gone_reason,
        R.string.unmarked_gone_advice,
    ),
    NO_TARGET(
        R.string.unmarked_refused_failed,
        R.string.unmarked_no_target_reason,
        R.string.unmarked_no_target_advice,
    ),
}
