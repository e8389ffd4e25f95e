package org.unmarked

import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.unmarked.core.PhotoException
import org.unmarked.core.PhotoVerdict
import org.unmarked.core.checkPhoto
import java.io.File

/** The vectors that Rust, Kotlin and Swift share. */
@RunWith(RobolectricTestRunner::class)
class VectorTest {
    private val vectors = readVectors(File(System.getProperty("unmarked.vectors"), "strip.txt").readText())

    @Test
    fun `each photo is stripped to exactly these bytes, or refused for this reason`() {
        for (vector in vectors) {
            val input = vector.bytes("in") ?: error("[${vector.name}] has no 'in'")
            val output = vector.bytes("out")
            val refused = vector["refused"]
            check((output == null) != (refused == null)) { "[${vector.name}] needs either 'out' or 'refused'" }
            if (output != null) {
                strip(input).use { assertArrayEquals(vector.name, output, it.all()) }
                assertClean(output)
            } else {
                val refusal = assertThrows(vector.name, PhotoException::class.java) { strip(input) }
                assertEquals(vector.name, refused, variant(refusal))
            }
        }
    }

    @Test
    fun `each photo is judged as it says`() {
        val judged = vectors.filter { it["check"] != null }
        assertTrue(judged.isNotEmpty())
        for (vector in judged) {
            val verdict = when (checkPhoto(direct(vector.bytes("in")!!))) {
                is PhotoVerdict.Clean -> "clean"
                is PhotoVerdict.Carries -> "carries"
                is PhotoVerdict.CannotTell -> "cannot_tell"
            }
            assertEquals(vector.name, vector["check"], verdict)
        }
    }

    @Test
    fun `the reader takes comments and unknown keys, and nothing malformed`() {
        val (first, second) = readVectors("# by hand\n\n[a]\nin = 00ff\nlater = 1\n[b]\nrefused = damaged\n")
        assertArrayEquals(byteArrayOf(0, -1), first.bytes("in"))
        assertEquals("b" to "damaged", second.name to second["refused"])
        for (bad in listOf("", "# nothing\n", "in = 00\n", "[a]\nnonsense\n", "[a]\n[a]\n", "[a]\nin = 00\nin = 01\n")) {
            assertThrows(bad, IllegalStateException::class.java) { readVectors(bad) }
        }
        assertThrows(IllegalStateException::class.java) { readVectors("[a]\nin = 0g\n").single().bytes("in") }
    }

    private fun variant(refusal: PhotoException): String =
        refusal::class.java.simpleName.replace(Regex("(?<!^)([A-Z])"), "_$1").lowercase()
}
