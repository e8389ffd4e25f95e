package org.unmarked

import org.objectweb.asm.ClassReader
import org.objectweb.asm.ClassVisitor
import org.objectweb.asm.Handle
import org.objectweb.asm.MethodVisitor
import org.objectweb.asm.Opcodes
import org.objectweb.asm.Type
import java.io.File

/** A platform class, or a member of it, that some code uses. Classes by their dotted names. */
data class Use(val type: String, val member: String?) : Comparable<Use> {
    override fun compareTo(other: Use) = toString().compareTo(other.toString())

    override fun toString() = if (member == null) type else "$type.$member"
}

/**
 * Android's public API with the level since which each part exists, as NativeScript's type
 * declarations of the platform tell it: modules and classes in braces, `@since` in comments.
 * Overloads are not told apart (compiling against the oldest level does that).
 */
class PublicApi(declarations: File) {
    private class Declared(val since: Int, val supers: Set<String>) {
        val members = HashMap<String, Int>()
    }

    private val types = HashMap<String, Declared>()

    init {
        val open = ArrayDeque<Pair<String, Declared?>>()
        var since = 0
        declarations.forEachLine { line ->
            val text = line.trim()
            if (text.startsWith("/**") || text.startsWith("*")) {
                SINCE.find(text)?.let { since = it.groupValues[1].toInt() }
                return@forEachLine
            }
            val module = MODULE.find(line)
            val type = TYPE.find(line)
            when {
                module != null -> open.addLast(module.groupValues[1] to null)
                type != null -> {
                    val name = (open.map { it.first } + type.groupValues[1]).joinToString(".")
                    val supers = listOf(type.groupValues[2]) + type.groupValues[3].split(",")
                    val names = supers.map { it.trim().substringBefore('<') }.filter { it.isNotEmpty() }.toSet()
                    open.addLast(type.groupValues[1] to types.getOrPut(name) { Declared(since, names) })
                }
                text.startsWith("});") -> return@forEachLine // the end of an interface's constructor
                text.startsWith("}") -> open.removeLastOrNull()
                else -> {
                    val member = MEMBER.find(line) ?: return@forEachLine
                    open.lastOrNull()?.second?.members?.merge(member.groupValues[1], since, ::minOf)
                }
            }
            since = 0
        }
        check(types.size > 4000) { "${types.size} types: the declarations are not what this reads" }
    }

    /** Why [use] does not work on every phone from API [oldest] on, or null. */
    fun problem(use: Use, oldest: Int): String? {
        val type = types[use.type] ?: return "${use.type} is not public"
        if (type.since > oldest) return "${use.type} is of API ${type.since}"
        val member = use.member ?: return null
        val since = since(use.type, member, HashSet()) ?: return if (member in OBJECT) null else "$use is not public"
        return if (since > oldest) "$use is of API $since" else null
    }

    private fun since(type: String, member: String, seen: MutableSet<String>): Int? {
        val declared = types[type] ?: return null
        if (!seen.add(type)) return null
        return declared.members[member] ?: declared.supers.mapNotNull { since(it, member, seen) }.minOrNull()
    }

    private companion object {
        val SINCE = Regex("""@since (\d+)""")
        val MODULE = Regex("""^\s*(?:declare |export )?module ([\w.$]+) \{""")
        val TYPE = Regex("""^\s*(?:export )?(?:abstract )?(?:class|interface) ([\w$]+)(?:<.*?>)?(?:\s+extends ([\w.$]+))?(?:<.*?>)?(?:\s+implements ([\w.$, <>\[\]]+))?\s*\{""")
        val MEMBER = Regex("""^\s*(?:public|protected)? ?(?:static )?(?:abstract )?([\w$]+)\s*(?:<[^(]*>)?(?:\(.*\))?\s*:?""")
        val OBJECT = Any::class.java.declaredMethods.map { it.name }.toSet()
    }
}

/** What a class file uses of the platform: of Android, and of Java's own classes. */
fun platformUses(classFile: ByteArray): Set<Use> {
    val uses = HashSet<Use>()
    ClassReader(classFile).accept(Uses(uses), ClassReader.SKIP_DEBUG)
    return uses
}

private class Uses(private val uses: MutableSet<Use>) : ClassVisitor(Opcodes.ASM9) {
    override fun visit(version: Int, access: Int, name: String, signature: String?, parent: String?, interfaces: Array<String>?) {
        (listOfNotNull(parent) + interfaces.orEmpty()).forEach { use(it) }
    }

    override fun visitMethod(access: Int, name: String, descriptor: String, signature: String?, exceptions: Array<String>?): MethodVisitor {
        types(descriptor)
        exceptions.orEmpty().forEach { use(it) }
        return object : MethodVisitor(Opcodes.ASM9) {
            override fun visitMethodInsn(opcode: Int, owner: String, member: String, descriptor: String, isInterface: Boolean) {
                use(owner, member)
                types(descriptor)
            }

            override fun visitFieldInsn(opcode: Int, owner: String, member: String, descriptor: String) = use(owner, member)

            override fun visitTypeInsn(opcode: Int, type: String) = use(type)

            override fun visitLdcInsn(value: Any) {
                if (value is Type) use(value.internalName)
            }

            override fun visitTryCatchBlock(start: org.objectweb.asm.Label, end: org.objectweb.asm.Label, handler: org.objectweb.asm.Label, type: String?) {
                if (type != null) use(type)
            }

            override fun visitInvokeDynamicInsn(member: String, descriptor: String, bootstrap: Handle, vararg arguments: Any) {
                arguments.filterIsInstance<Handle>().forEach { use(it.owner, it.name) }
            }
        }
    }

    private fun types(descriptor: String) {
        (Type.getArgumentTypes(descriptor).toList() + Type.getReturnType(descriptor)).forEach { use(it.internalName) }
    }

    private fun use(type: String?, member: String? = null) {
        val name = type?.trimStart('[')?.let { if (it.startsWith("L") && it.endsWith(";")) it.drop(1).dropLast(1) else it } ?: return
        if (PLATFORM.none { name.startsWith(it) }) return
        val array = type.startsWith("[")
        uses += Use(name.replace('/', '.').replace('$', '.'), member?.takeUnless { array }?.let { if (it == "<init>") "constructor" else it })
    }

    private companion object {
        val PLATFORM = listOf("android/", "dalvik/", "java/", "javax/", "org/json/", "org/xml/", "org/w3c/")
    }
}
