package org.unmarked

import org.unmarked.core.CleaningMethod
import org.unmarked.core.CleaningPolicy
import org.unmarked.core.RebuildSettings
import org.unmarked.core.RedactionShape

/** One record of a vector file. */
class Vector(private val file: String, val name: String, private val values: Map<String, String>) {
    operator fun get(key: String): String? = values[key]

    /** What the keys name that begin with [prefix], in the order of the file. */
    fun named(prefix: String): List<String> = values.keys.filter { it.startsWith(prefix) }.map { it.removePrefix(prefix) }

    override fun toString(): String = "$file [$name]"

    /**
     * What it asks for: without settings Strip, and Rebuild at full size and quality 90. Nothing stands
     * in for its method. A setting that is not known is an error: the photo would be held to another.
     */
    fun policy(): CleaningPolicy {
        val unknown = values.keys - setOf("in", "out", "refused", "check", "method", "longest_edge", "quality", "grey", "redact")
        check(unknown.isEmpty()) { "$this: unknown: $unknown" }
        return CleaningPolicy(
            method = this["method"]?.let { CleaningMethod.valueOf(it.uppercase()) } ?: CleaningMethod.STRIP,
            rebuildIfRefused = false,
            rebuild = RebuildSettings(
                longestEdge = this["longest_edge"]?.toUInt(),
                quality = this["quality"]?.toUByte() ?: 90u,
                grey = this["grey"]?.toBooleanStrict() ?: false,
                redactions = listOfNotNull(this["redact"]?.let { rectangle(it) }),
            ),
        )
    }

    private fun rectangle(text: String): RedactionShape {
        val numbers = text.split(',')
        check(numbers.size == 4) { "$this: redact is not X,Y,W,H" }
        val (x, y, width, height) = numbers
        return RedactionShape.Rectangle(x.toInt(), y.toInt(), width.toUInt(), height.toUInt())
    }

    fun bytes(key: String): ByteArray? = values[key]?.let { hex ->
        check(hex.length % 2 == 0 && hex.all { it in '0'..'9' || it in 'a'..'f' }) { "$this: $key is not hex" }
        ByteArray(hex.length / 2) { hex.substring(2 * it, 2 * it + 2).toInt(16).toByte() }
    }
}

/** Reads `[name]` records of `key = value` lines; `#` begins a comment line. None is an error. */
fun readVectors(text: String, file: String): List<Vector> {
    val records = LinkedHashMap<String, MutableMap<String, String>>()
    text.lineSequence().map { it.trim() }.forEachIndexed { index, line ->
        when {
            line.isEmpty() || line.startsWith("#") -> Unit
            line.startsWith("[") && line.endsWith("]") ->
                check(records.put(line.substring(1, line.length - 1), mutableMapOf()) == null) { "$file, line ${index + 1}: $line again" }
            else -> {
                check('=' in line) { "$file, line ${index + 1} is neither a record nor 'key = value'" }
                val values = checkNotNull(records.values.lastOrNull()) { "$file, line ${index + 1} stands before the first record" }
                val key = line.substringBefore('=').trim()
                check(values.put(key, line.substringAfter('=').trim()) == null) { "$file, line ${index + 1}: '$key' again" }
            }
        }
    }
    check(records.isNotEmpty()) { "$file has no vectors" }
    return records.map { (name, values) -> Vector(file, name, values) }
}
