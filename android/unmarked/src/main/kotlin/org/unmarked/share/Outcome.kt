package org.unmarked.share

import org.unmarked.core.CleanPhoto
import org.unmarked.core.PhotoException
import org.unmarked.core.PhotoReceipt

/** What became of one photo. */
internal sealed interface Outcome {
    /** The photo is clean; whoever holds this closes it. */
    class Cleaned(val photo: CleanPhoto, val receipt: PhotoReceipt) : Outcome

    /** The core refused it. */
    class RefusedByCore(val error: PhotoException) : Outcome

    /** It never reached the core, or could not be handed on. */
    class Refused(val problem: Problem) : Outcome
}
