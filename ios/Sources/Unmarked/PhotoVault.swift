import Foundation
import UnmarkedCore

/// The vault of this app, opened by a key of this device and, if the person wants one, a passphrase
/// besides. Away from the main actor, one call at a time: each blocks until the disk has done its part,
/// and with a passphrase opening takes about a second.
///
/// The folder is readable only while the device is unlocked, and outside backups. Everything that goes
/// wrong is a `VaultProblem`. Lock it when the app leaves the screen.
public actor PhotoVault {
    private let folder: URL
    private let key: VaultKey
    private let settings: VaultSettings
    private var vault: OpenVault?

    #if canImport(Security)
    /// The vault in `folder`, whose key the keychain keeps under the folder's name.
    public init(folder: URL) {
        self.init(folder: folder, store: Keychain(service: "org.unmarked.vault"))
    }

    /// The vault in the folder "vault" of the app's support files.
    public init() throws {
        let support = try FileManager.default.url(
            for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil, create: true)
        self.init(folder: support.appendingPathComponent("vault", isDirectory: true))
    }
    #endif

    init(folder: URL, store: any SecretStore, settings: VaultSettings = VaultSettings()) {
        self.folder = folder
        self.settings = settings
        key = VaultKey(folder.lastPathComponent, in: store)
    }

    /// What opens the vault: the key of the device, or that and a passphrase. It need not be open.
    public func needs() throws -> VaultNeeds {
        try told { try vaultNeeds(folder: folder.path) }
    }

    /// Makes the vault, and leaves it open. It is `notEmpty` if there is one.
    public func create(passphrase: String? = nil) throws {
        try told {
            // before a key is staged: one that a crash left there may open the vault that is there
            guard try !isThere() else { throw VaultProblem(.notEmpty) }
            do { try PrivateFolder.make(folder) } catch { throw VaultProblem(.storage) }
            try key.stage(leastGeneration: 0)
            let made = try createVault(
                folder: folder.path, unlock: try unlock(.staged, passphrase), settings: settings)
            try settle(made, .staged)
        }
    }

    /// Opens the vault. Opening it again does nothing.
    public func open(passphrase: String? = nil) throws {
        guard vault == nil else { return }
        try told { try open(by: try key.slots(), passphrase) }
    }

    /// Hands the open vault to `work`. It is `locked` if it is not open.
    public func use<Value: Sendable>(_ work: @Sendable (OpenVault) throws -> Value) throws -> Value {
        try told { try work(try opened()) }
    }

    /// Changes the passphrase, or leaves it out, and the key of the device with it.
    public func rekey(passphrase: String?) throws {
        try told {
            let open = try opened()
            try key.stage(leastGeneration: try key.leastGeneration(.current))
            try open.rekey(unlock: try unlock(.staged, passphrase))
            try settle(open, .staged)
        }
    }

    /// Wipes the keys from memory, wherever the open vault is still held. Locking again does nothing.
    public func lock() throws {
        guard let open = vault else { return }
        vault = nil
        try told {
            let generation = Result { try open.generation() }
            open.lock()
            if case .success(let generation) = generation { try key.note(generation) }
        }
    }

    /// Destroys the vault, open or not: first the keys of the device, without which no copy of it can
    /// be opened, then the vault's own and its files. Every step is tried; the first failure is thrown.
    public func wipe() throws {
        let open = vault
        vault = nil
        var steps = VaultKey.Slot.allCases.map { slot in Result { try key.destroy(slot) } }
        steps.append(Result { if let open { try open.wipe() } else { try wipeVault(folder: folder.path) } })
        try told { try steps.forEach { try $0.get() } }
    }

    /// Tries the keys that there are. A crash while the key was changed leaves two, and one of them
    /// opens the vault.
    private func open(by slots: [VaultKey.Slot], _ passphrase: String?) throws {
        var failures: [any Error] = []
        for slot in slots {
            do {
                let settings = VaultSettings(leastGeneration: try key.leastGeneration(slot), cost: settings.cost)
                let unlock = try unlock(slot, passphrase)
                return try settle(try openVault(folder: folder.path, unlock: unlock, settings: settings), slot)
            } catch let wrong as VaultError {
                guard case .WrongKey = wrong else { throw wrong }
                failures.append(wrong)
            } catch let problem as VaultProblem {
                failures.append(problem)
            }
        }
        _ = try vaultNeeds(folder: folder.path)  // without a vault, that is what is wrong
        throw failures.first ?? VaultProblem(.keyLost)
    }

    /// The vault is open by the key in `slot`: no other is needed from now on. If that cannot be kept,
    /// the vault is as locked as it was.
    private func settle(_ open: OpenVault, _ slot: VaultKey.Slot) throws {
        if slot == .staged { try key.promote() } else { try key.destroy(.staged) }
        try key.note(try open.generation())
        vault = open
    }

    /// True if there is a vault, or what is left of one.
    private func isThere() throws -> Bool {
        do {
            _ = try vaultNeeds(folder: folder.path)
            return true
        } catch VaultError.NoVault {
            return false
        }
    }

    private func opened() throws -> OpenVault {
        guard let vault else { throw VaultProblem(.locked) }
        return vault
    }

    private func unlock(_ slot: VaultKey.Slot, _ passphrase: String?) throws -> VaultUnlock {
        try key.withKey(slot) { key in
            guard let passphrase else { return try VaultUnlock.withPlatformKey(platformKey: key) }
            var typed = Data(passphrase.utf8)
            defer { typed.wipe() }
            return try VaultUnlock.withBoth(platformKey: key, passphrase: typed)
        }
    }

    private func told<Value>(_ work: () throws -> Value) throws -> Value {
        do { return try work() } catch { throw VaultProblem(error) }
    }
}
