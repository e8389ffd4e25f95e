package org.unmarked.share

import org.unmarked.core.CleanPhoto
import java.util.UUID

/**
 * The clean photos that other apps may read now, in memory only: when the process dies they are
 * gone, and their ids never come back.
 *
 * The oldest make room for new ones; [revoked] hears which.
 */
internal class CleanShares(
    private val most: Int = 4,
    private val mostBytes: Long = 128L shl 20,
    private val revoked: (id: String) -> Unit,
) {
    private class Share(val photo: CleanPhoto) {
        val bytes: Long = photo.size().toLong()
    }

    // in the order of arrival
    private val live = LinkedHashMap<String, Share>()

    /** Takes [photo] over and gives it an id of 122 random bits. The newest is always kept. */
    fun add(photo: CleanPhoto): String {
        val id = UUID.randomUUID().toString()
        val ended = LinkedHashMap<String, Share>()
        synchronized(live) {
            live[id] = Share(photo)
            while (overfull()) {
                val oldest = live.keys.first()
                if (oldest == id) break
                live.remove(oldest)?.let { ended[oldest] = it }
            }
        }
        ended.forEach { (old, share) -> end(old, share) }
        return id
    }

    /** The photo, or null if it is not shared (any more). */
    fun find(id: String): CleanPhoto? = synchronized(live) { live[id]?.photo }

    /** Ends the share: readers get an error from now on, and the memory is wiped. */
    fun remove(id: String) {
        synchronized(live) { live.remove(id) }?.let { end(id, it) }
    }

    private fun overfull() = live.size > most || live.values.sumOf { it.bytes } > mostBytes

    private fun end(id: String, share: Share) {
        revoked(id)
        share.photo.close()
    }
}
