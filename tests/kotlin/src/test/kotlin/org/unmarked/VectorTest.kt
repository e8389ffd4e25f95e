package org.unmarked

import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.unmarked.core.CleaningMethod
import org.unmarked.core.CleaningPolicy
import org.unmarked.core.PhotoException
import org.unmarked.core.PhotoVerdict
import org.unmarked.core.RebuildSettings
import org.unmarked.core.RedactionShape
import org.unmarked.core.checkPhoto
import org.unmarked.core.cleanPhoto
import java.io.File

/** The vectors that Rust, Kotlin and Swift share. */
@RunWith(RobolectricTestRunner::class)
class VectorTest {
    private val vectors = listOf("strip.txt", "recode.txt", "rebuild.txt").flatMap { file ->
        readVectors(File(System.getProperty("unmarked.vectors"), file).readText(), file)
    }

    @Test
    fun `each photo is cleaned to exactly these bytes, or refused for this reason`() {
        for (vector in vectors) {
            val input = vector.bytes("in") ?: error("$vector has no 'in'")
            val output = vector.bytes("out")
            val refused = vector["refused"]
            val policy = vector.policy()
            check((output == null) != (refused == null)) { "$vector needs either 'out' or 'refused'" }
            if (output != null) {
                cleanPhoto(direct(input), policy).use { assertArrayEquals("$vector", output, it.all()) }
                assertClean(output)
            } else {
                val refusal = assertThrows("$vector", PhotoException::class.java) { cleanPhoto(direct(input), policy) }
                assertEquals("$vector", refused, variant(refusal))
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
            assertEquals("$vector", vector["check"], verdict)
        }
    }

    @Test
    fun `the reader takes comments and unknown keys, and nothing malformed`() {
        val (first, second) = readVectors("# by hand\n\n[a]\nin = 00ff\nlater = 1\n[b]\nrefused = damaged\n", "t")
        assertArrayEquals(byteArrayOf(0, -1), first.bytes("in"))
        assertEquals("b" to "damaged", second.name to second["refused"])
        for (bad in listOf("", "# nothing\n", "in = 00\n", "[a]\nnonsense\n", "[a]\n[a]\n", "[a]\nin = 00\nin = 01\n")) {
            assertThrows(bad, IllegalStateException::class.java) { readVectors(bad, "t") }
        }
        assertThrows(IllegalStateException::class.java) { readVectors("[a]\nin = 0g\n", "t").single().bytes("in") }
    }

    @Test
    fun `a record's settings are its policy, and one that is not known is an error`() {
        fun policy(settings: String) = readVectors("[a]\nin = 00\n$settings\n", "t").single().policy()
        val settings = RebuildSettings(11u, 70u, null, true, listOf(RedactionShape.Rectangle(1, 2, 3u, 4u)))
        assertEquals(
            CleaningPolicy(CleaningMethod.REBUILD, false, settings),
            policy("method = rebuild\nlongest_edge = 11\nquality = 70\ngrey = true\nredact = 1,2,3,4"),
        )
        assertEquals(CleaningPolicy(CleaningMethod.STRIP, false, RebuildSettings(null, 90u, null, false, emptyList())), policy(""))
        assertEquals(CleaningMethod.RECODE, policy("method = recode").method)
        for (bad in listOf("later = 1", "method = blur", "longest_edge = -1", "quality = 256", "grey = yes", "redact = 1,2,3")) {
            assertThrows(bad, RuntimeException::class.java) { policy(bad) }
        }
    }

    private fun variant(refusal: PhotoException): String = when (refusal) {
        // unsupported by the core; that the platform's decoder may draw it is not the vectors' matter
        is PhotoException.Undecoded -> "unsupported"
        else -> refusal::class.java.simpleName.replace(Regex("(?<!^)([A-Z])"), "_$1").lowercase()
    }
}
