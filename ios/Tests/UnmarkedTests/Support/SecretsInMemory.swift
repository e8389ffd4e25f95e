import Foundation

@testable import Unmarked

/// Stands in for the keychain, which Linux does not have: as whole, and as silent while it is locked.
final class SecretsInMemory: SecretStore, @unchecked Sendable {
    private let lock = NSLock()
    private var secrets: [String: Data] = [:]
    /// True while the device is locked.
    var deviceLocked = false
    /// What a crash leaves undone: writes and removals fail from this many on.
    var changesLeft = Int.max

    var accounts: [String] { lock.withLock { secrets.keys.sorted() } }

    func read(_ account: String) throws -> Data? {
        guard !deviceLocked else { throw VaultProblem(.deviceLocked) }
        return lock.withLock { secrets[account] }
    }

    func write(_ account: String, _ secret: Data) throws {
        try change { $0[account] = Data(secret) }
    }

    func remove(_ account: String) throws {
        try change { $0[account] = nil }
    }

    private func change(_ change: (inout [String: Data]) -> Void) throws {
        guard !deviceLocked else { throw VaultProblem(.deviceLocked) }
        guard changesLeft > 0 else { throw VaultProblem(.keychain) }
        changesLeft -= 1
        lock.withLock { change(&secrets) }
    }
}
