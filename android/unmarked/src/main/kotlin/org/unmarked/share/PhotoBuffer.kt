package org.unmarked.share

import java.io.IOException
import java.nio.ByteBuffer
import java.nio.channels.ReadableByteChannel

/**
 * A whole photo outside the managed heap, where the core reads it without a copy. The collector
 * moves no direct buffer, so [close] wipes the only copy there is.
 */
internal class PhotoBuffer private constructor(private val whole: ByteBuffer) : AutoCloseable {
    /** The photo: position 0, as the core needs it. */
    val bytes: ByteBuffer = whole.slice()

    override fun close() = whole.wipe()

    companion object {
        private const val FIRST = 1 shl 20

        /**
         * Reads [channel] to its end. [expected] bytes are made room for, if it is known (not
         * negative); a buffer that was outgrown is wiped at once.
         *
         * @throws PhotoTooLarge if there are more than [largest] bytes
         * @throws IOException if the channel fails or this thread is interrupted
         */
        fun read(channel: ReadableByteChannel, expected: Long, largest: Int): PhotoBuffer {
            if (expected > largest) throw PhotoTooLarge()
            // one byte more than expected: the end is seen without growing
            val room = if (expected < 0) minOf(FIRST, largest + 1) else expected.toInt() + 1
            var buffer = ByteBuffer.allocateDirect(room)
            try {
                while (channel.read(buffer) >= 0) {
                    if (buffer.hasRemaining()) continue
                    if (buffer.capacity() > largest) throw PhotoTooLarge()
                    buffer = grown(buffer, largest)
                }
                buffer.flip()
                return PhotoBuffer(buffer)
            } catch (failure: Throwable) {
                buffer.wipe()
                throw failure
            }
        }

        private fun grown(full: ByteBuffer, largest: Int): ByteBuffer {
            val room = maxOf(full.capacity() * 2L, FIRST.toLong())
            val larger = ByteBuffer.allocateDirect(minOf(room, largest + 1L).toInt())
            full.flip()
            larger.put(full)
            full.wipe()
            return larger
        }
    }
}

/** Overwrites all of a direct buffer, which the collector does not move, with zeros. */
internal fun ByteBuffer.wipe() {
    val zeroes = ByteArray(minOf(capacity(), 1 shl 16))
    clear()
    while (hasRemaining()) put(zeroes, 0, minOf(zeroes.size, remaining()))
}

/** The photo has more bytes than are taken. */
internal class PhotoTooLarge : IOException()
