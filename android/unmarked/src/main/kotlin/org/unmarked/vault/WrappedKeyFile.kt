package org.unmarked.vault

import java.io.File
import java.io.IOException
import java.nio.BufferUnderflowException
import java.nio.ByteBuffer

/**
 * A wrapped platform key with what belongs to it, as a file that is replaced whole:
 *
 * | bytes | what |
 * |---|---|
 * | 1 | version: 1 |
 * | 16 | random name of the key in the Keystore |
 * | 8 | the latest generation of the vault that was noted, big-endian |
 * | 12 | nonce |
 * | 48 | the platform key, encrypted, and its tag; version and name are bound to it |
 */
internal class WrappedKeyFile(private val file: File) {
    class Content(val name: ByteArray, val generation: Long, val wrapped: Wrapped) {
        val alias: String get() = alias(name)

        /** What the key is bound to. */
        val context: ByteArray get() = context(name)
    }

    val exists: Boolean get() = file.exists()

    /** What the file holds, or null if there is none. */
    fun read(): Content? = stored {
        if (!file.exists()) return@stored null
        val bytes = ByteBuffer.wrap(file.readBytes())
        try {
            if (bytes.get() != VERSION) throw VaultKeyException(VaultKeyProblem.DAMAGED)
            val name = bytes.take(NAME)
            val generation = bytes.long
            val wrapped = Wrapped(bytes.take(KeystoreWrapping.NONCE), bytes.take(VaultKey.LENGTH + KeystoreWrapping.TAG))
            if (bytes.hasRemaining() || generation < 0) throw VaultKeyException(VaultKeyProblem.DAMAGED)
            Content(name, generation, wrapped)
        } catch (_: BufferUnderflowException) {
            throw VaultKeyException(VaultKeyProblem.DAMAGED)
        }
    }

    fun write(content: Content) = stored {
        val bytes = ByteBuffer.allocate(LENGTH).put(VERSION).put(content.name).putLong(content.generation)
        file.writeWhole(bytes.put(content.wrapped.nonce).put(content.wrapped.text).array())
    }

    /** Takes the place of [other]. */
    fun replace(other: WrappedKeyFile) = stored { file.moveOver(other.file) }

    fun remove() = stored { file.removeForGood() }

    private fun ByteBuffer.take(length: Int) = ByteArray(length).also { get(it) }

    private fun <T> stored(work: () -> T): T =
        try {
            work()
        } catch (failure: IOException) {
            throw VaultKeyException(VaultKeyProblem.STORAGE, failure)
        }

    companion object {
        const val NAME = 16
        private const val VERSION: Byte = 1
        private const val LENGTH = 1 + NAME + 8 + KeystoreWrapping.NONCE + VaultKey.LENGTH + KeystoreWrapping.TAG

        /** The name in the Keystore. */
        fun alias(name: ByteArray): String = "unmarked.vault." + name.joinToString("") { "%02x".format(it) }

        fun context(name: ByteArray): ByteArray = byteArrayOf(VERSION) + name
    }
}
