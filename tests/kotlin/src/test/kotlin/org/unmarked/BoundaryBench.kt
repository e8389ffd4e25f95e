package org.unmarked

import com.sun.jna.Native
import org.unmarked.core.CleaningMethod
import org.unmarked.core.CleaningPolicy
import org.unmarked.core.cleanPhoto
import java.io.File
import java.util.Locale

/**
 * What the boundary costs: medians in milliseconds of the call that cleans a photo in a direct
 * buffer, and of reading the clean one out. `tests/kotlin/bench PHOTO [RUNS]`; on the JVM of this
 * machine, not on a phone.
 */
object BoundaryBench {
    private const val PIECE = 262_144u
    private const val WARM_UP = 200
    private const val O_WRONLY = 1

    private interface C : com.sun.jna.Library {
        fun open(path: String, flags: Int): Int
    }

    @JvmStatic
    fun main(arguments: Array<String>) {
        val photo = direct(File(arguments[0]).readBytes())
        val runs = arguments.getOrNull(1)?.toInt() ?: 1000
        val policy = CleaningPolicy(CleaningMethod.STRIP)
        val sink = Native.load("c", C::class.java).open("/dev/null", O_WRONLY)
        check(sink >= 0)

        val calls = LongArray(runs)
        val reads = LongArray(runs)
        val writes = LongArray(runs)
        var size = 0uL
        for (run in -WARM_UP until runs) {
            val start = System.nanoTime()
            val clean = cleanPhoto(photo, policy)
            val called = System.nanoTime()
            size = 0u
            while (true) {
                val piece = clean.read(size, PIECE)
                if (piece.isEmpty()) break
                size += piece.size.toUInt()
            }
            val read = System.nanoTime()
            clean.writeTo(sink)
            val written = System.nanoTime()
            check(size == clean.size())
            clean.close()
            if (run < 0) continue
            calls[run] = called - start
            reads[run] = read - called
            writes[run] = written - read
        }
        println("${arguments[0]}: ${photo.capacity()} bytes in, $size bytes out, median of $runs runs")
        println("cleanPhoto, until the clean photo is there   ${median(calls)} ms")
        println("reading it out by read(), 256 KiB a piece    ${median(reads)} ms")
        println("reading it out by writeTo(/dev/null)         ${median(writes)} ms")
    }

    private fun median(times: LongArray): String =
        String.format(Locale.ROOT, "%7.3f", times.sorted()[times.size / 2] / 1e6)
}
