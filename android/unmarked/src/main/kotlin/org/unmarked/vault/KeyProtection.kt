package org.unmarked.vault

/**
 * When the Keystore uses the key that wraps a platform key.
 *
 * Both options bind the vault to the screen lock: where the lock is removed, Android may destroy the
 * key, and the vault with it (always with [authenticationSeconds]; on Android 12 to 14 also with
 * [onlyUnlocked], by a fault of theirs).
 */
data class KeyProtection(
    /** Only while the device is unlocked. Without effect if it has no screen lock when the key is made. */
    val onlyUnlocked: Boolean = true,
    /** Only so many seconds after the person showed a fingerprint, a face or the screen lock; null: at any time. */
    val authenticationSeconds: Int? = null,
)
