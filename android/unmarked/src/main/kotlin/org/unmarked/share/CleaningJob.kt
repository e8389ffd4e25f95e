package org.unmarked.share

import android.os.CancellationSignal
import android.os.Handler
import android.os.Looper
import org.unmarked.core.CleaningMethod
import org.unmarked.core.CleaningPolicy
import org.unmarked.core.PhotoException
import org.unmarked.core.cleanPhoto
import org.unmarked.core.startLogging
import java.io.IOException

/**
 * Cleans one photo on a thread of its own, so that a provider that hangs holds up nothing else.
 * Its functions are for the main thread; it outlives the activity when the screen turns.
 */
internal class CleaningJob(private val source: PhotoSource) {
    private val main = Handler(Looper.getMainLooper())
    private val cancellation = CancellationSignal()
    private val worker = Thread({ clean(source, cancellation).let { main.post { arrive(it) } } }, "unmarked-clean")
    private var discarded = false

    /** What became of the photo, once it is known. */
    var outcome: Outcome? = null
        private set

    /** Told on the main thread when [outcome] is known. */
    var listener: ((Outcome) -> Unit)? = null

    fun start() = worker.start()

    /** Stops, and wipes the clean photo if there is one. */
    fun discard() {
        discarded = true
        listener = null
        cancellation.cancel()
        worker.interrupt()
        (outcome as? Outcome.Cleaned)?.photo?.close()
    }

    private fun arrive(arrived: Outcome) {
        if (discarded) {
            (arrived as? Outcome.Cleaned)?.photo?.close()
            return
        }
        outcome = arrived
        listener?.invoke(arrived)
    }
}

/** Reads the photo into memory and cleans it there. The bytes that came in are wiped. */
internal fun clean(source: PhotoSource, cancellation: CancellationSignal): Outcome {
    val photo = try {
        source.read(cancellation)
    } catch (_: PhotoTooLarge) {
        return Outcome.Refused(Problem.TOO_LARGE)
    } catch (_: OutOfMemoryError) {
        return Outcome.Refused(Problem.MEMORY)
    } catch (_: IOException) {
        return Outcome.Refused(Problem.UNREADABLE)
    } catch (_: RuntimeException) {
        // denied, cancelled, or anything that a foreign provider throws
        return Outcome.Refused(Problem.UNREADABLE)
    }
    return photo.use(::clean)
}

private fun clean(photo: PhotoBuffer): Outcome =
    try {
        startLogging()
        val policy = CleaningPolicy(CleaningMethod.STRIP, rebuildIfRefused = true)
        val clean = try {
            cleanPhoto(photo.bytes, policy)
        } catch (refusal: PhotoException.Undecoded) {
            drawnByPlatform(photo.bytes, policy) ?: throw refusal
        }
        try {
            Outcome.Cleaned(clean, clean.receipt())
        } catch (failure: Throwable) {
            clean.close()
            throw failure
        }
    } catch (refusal: PhotoException) {
        Outcome.RefusedByCore(refusal)
    } catch (_: OutOfMemoryError) {
        Outcome.Refused(Problem.MEMORY)
    } catch (_: LinkageError) {
        // the core was not built for this processor, or not packed
        Outcome.Refused(Problem.FAULT)
    } catch (_: Exception) {
        // a panic in the core
        Outcome.Refused(Problem.FAULT)
    }
