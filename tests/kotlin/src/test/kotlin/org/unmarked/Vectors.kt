package org.unmarked

/** One record of a vector file. */
class Vector(val name: String, private val values: Map<String, String>) {
    operator fun get(key: String): String? = values[key]

    fun bytes(key: String): ByteArray? = values[key]?.let { hex ->
        check(hex.length % 2 == 0 && hex.all { it in '0'..'9' || it in 'a'..'f' }) { "[$name] $key is not hex" }
        ByteArray(hex.length / 2) { hex.substring(2 * it, 2 * it + 2).toInt(16).toByte() }
    }
}

/** Reads `[name]` records of `key = value` lines; `#` begins a comment line. None is an error. */
fun readVectors(text: String): List<Vector> {
    val records = LinkedHashMap<String, MutableMap<String, String>>()
    text.lineSequence().map { it.trim() }.forEachIndexed { index, line ->
        when {
            line.isEmpty() || line.startsWith("#") -> Unit
            line.startsWith("[") && line.endsWith("]") ->
                check(records.put(line.substring(1, line.length - 1), mutableMapOf()) == null) { "line ${index + 1}: $line again" }
            else -> {
                check('=' in line) { "line ${index + 1} is neither a record nor 'key = value'" }
                val values = checkNotNull(records.values.lastOrNull()) { "line ${index + 1} stands before the first record" }
                val key = line.substringBefore('=').trim()
                check(values.put(key, line.substringAfter('=').trim()) == null) { "line ${index + 1}: '$key' again" }
            }
        }
    }
    check(records.isNotEmpty()) { "no vectors" }
    return records.map { (name, values) -> Vector(name, values) }
}
