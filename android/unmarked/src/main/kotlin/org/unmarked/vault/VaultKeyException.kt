package org.unmarked.vault

import org.unmarked.R

/** What is wrong with the key that the device keeps for a vault: each is a different thing to do. */
enum class VaultKeyProblem(
    /** What is wrong, as a string resource. */
    val reason: Int,
    /** What to do, as a string resource. */
    val advice: Int,
) {
    /** The Keystore has it no more, or will never use it again: nothing opens this vault now. */
    LOST(R.string.unmarked_vault_key_lost_reason, R.string.unmarked_vault_key_lost_advice),

    /** The file with the wrapped key is damaged or was changed: nothing opens this vault now. */
    DAMAGED(R.string.unmarked_vault_key_damaged_reason, R.string.unmarked_vault_key_damaged_advice),

    /** The person has to show who they are first: `KeyguardManager` or `BiometricPrompt`. */
    NOT_AUTHENTICATED(R.string.unmarked_vault_key_authenticate_reason, R.string.unmarked_vault_key_authenticate_advice),

    /** The device is locked. */
    DEVICE_LOCKED(R.string.unmarked_vault_key_locked_reason, R.string.unmarked_vault_key_locked_advice),

    /** The key is to be bound to the screen lock, and there is none. */
    NO_SCREEN_LOCK(R.string.unmarked_vault_key_no_lock_reason, R.string.unmarked_vault_key_no_lock_advice),

    /** The file with the wrapped key could not be written or read. Nothing is lost. */
    STORAGE(R.string.unmarked_vault_key_storage_reason, R.string.unmarked_vault_key_storage_advice),

    /** The Keystore failed in another way. Nothing is lost. */
    FAILED(R.string.unmarked_vault_key_failed_reason, R.string.unmarked_vault_key_failed_advice),
}

/** Why there is no platform key. Nothing of a key is in it, nor in its cause. */
class VaultKeyException internal constructor(
    /** What is wrong. */
    val problem: VaultKeyProblem,
    cause: Throwable? = null,
) : Exception(problem.name, cause)
