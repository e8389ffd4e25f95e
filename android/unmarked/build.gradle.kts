import org.gradle.api.tasks.PathSensitivity
import org.jetbrains.kotlin.gradle.dsl.JvmTarget

plugins {
    alias(libs.plugins.android.library)
    alias(libs.plugins.kotlin.android)
}

android {
    namespace = "org.unmarked"
    compileSdk = libs.versions.compileSdk.get().toInt()
    ndkVersion = libs.versions.ndk.get()
    resourcePrefix = "unmarked_"

    defaultConfig {
        minSdk = libs.versions.minSdk.get().toInt()
        consumerProguardFiles("consumer-rules.pro")
    }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }
    lint {
        warningsAsErrors = true
        abortOnError = true
        // versions are raised on purpose, not because a newer one exists
        disable += listOf("GradleDependency", "AndroidGradlePluginVersion", "NewerVersionAvailable")
    }
    publishing {
        singleVariant("release") { withSourcesJar() }
    }
}

kotlin {
    compilerOptions { jvmTarget = JvmTarget.JVM_17 }
}

dependencies {
    api(variantOf(libs.jna) { artifactType("aar") })
}

/** The core for every ABI that phones have, by cargo-ndk. */
abstract class BuildCore : DefaultTask() {
    @get:Inject abstract val exec: ExecOperations

    @get:Internal abstract val workspace: DirectoryProperty

    @get:InputFiles
    @get:PathSensitive(PathSensitivity.RELATIVE)
    abstract val rust: ConfigurableFileCollection

    @get:Input abstract val platform: Property<String>

    @get:OutputDirectory abstract val libraries: DirectoryProperty

    @TaskAction
    fun build() {
        exec.exec {
            workingDir = workspace.get().asFile
            commandLine(
                "cargo", "ndk", "--platform", platform.get(),
                "-t", "arm64-v8a", "-t", "armeabi-v7a", "-t", "x86_64",
                "-o", libraries.get().asFile.path,
                "build", "--release", "-p", "unmarked-mobile",
            )
        }
    }
}

/** The Kotlin side of the boundary, from a build for this machine: it does not depend on the ABI. */
abstract class GenerateBinding : DefaultTask() {
    @get:Inject abstract val exec: ExecOperations

    @get:Internal abstract val workspace: DirectoryProperty

    @get:InputFiles
    @get:PathSensitive(PathSensitivity.RELATIVE)
    abstract val rust: ConfigurableFileCollection

    @get:OutputDirectory abstract val sources: DirectoryProperty

    @TaskAction
    fun generate() {
        val root = workspace.get().asFile
        val target = System.getenv("CARGO_TARGET_DIR")?.let(root::resolve) ?: root.resolve("target")
        val library = System.mapLibraryName("unmarked_mobile")
        exec.exec {
            workingDir = root
            commandLine("cargo", "build", "--release", "-p", "unmarked-mobile", "-p", "unmarked-bindgen")
        }
        exec.exec {
            workingDir = root
            commandLine(
                "$target/release/unmarked-bindgen", "generate", "$target/release/$library",
                "--language", "kotlin", "--no-format", "--metadata-no-deps",
                "--out-dir", sources.get().asFile.path,
            )
        }
    }
}

val rustWorkspace: Directory = layout.projectDirectory.dir("../..")
val rustSources = files(
    rustWorkspace.file("Cargo.toml"),
    rustWorkspace.file("Cargo.lock"),
    rustWorkspace.dir("core"),
    rustWorkspace.dir("bindings"),
)

val buildCore = tasks.register<BuildCore>("buildCore") {
    workspace = rustWorkspace
    rust.from(rustSources)
    platform = libs.versions.minSdk
}

val generateBinding = tasks.register<GenerateBinding>("generateBinding") {
    workspace = rustWorkspace
    rust.from(rustSources)
}

androidComponents.onVariants { variant ->
    variant.sources.jniLibs?.addGeneratedSourceDirectory(buildCore, BuildCore::libraries)
    variant.sources.java?.addGeneratedSourceDirectory(generateBinding, GenerateBinding::sources)
}
