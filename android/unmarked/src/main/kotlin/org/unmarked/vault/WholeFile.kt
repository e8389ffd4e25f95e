package org.unmarked.vault

import java.io.File
import java.io.FileOutputStream
import java.nio.channels.FileChannel
import java.nio.file.Files
import java.nio.file.StandardCopyOption
import java.nio.file.StandardOpenOption

/** Puts [bytes] in place of what the file held. After a crash at any point it holds the old or the new, whole. */
internal fun File.writeWhole(bytes: ByteArray) {
    val fresh = File(parentFile, "$name.new")
    FileOutputStream(fresh).use {
        it.write(bytes)
        it.fd.sync()
    }
    fresh.moveOver(this)
}

/** Gives this file the name of [other], which it replaces, for good. */
internal fun File.moveOver(other: File) {
    Files.move(toPath(), other.toPath(), StandardCopyOption.ATOMIC_MOVE)
    other.parentFile?.syncNames()
}

/** Removes the file, if it is there, for good. */
internal fun File.removeForGood() {
    if (Files.deleteIfExists(toPath())) parentFile?.syncNames()
}

/** Makes the names in a folder last: a rename is on the disk only then. */
private fun File.syncNames() {
    FileChannel.open(toPath(), StandardOpenOption.READ).use { it.force(true) }
}
