package org.unmarked

import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import java.io.File

/** Everything that the compiled classes use of the system is public since the oldest API level. */
class ApiTest {
    private val api = PublicApi(File(System.getProperty("unmarked.api")))

    @Test
    fun `every use of the platform is public and not newer than API 29`() {
        val classes = File(System.getProperty("unmarked.classes")).walk().filter { it.extension == "class" }.toList()
        assertTrue("${classes.size} classes", classes.size > 100)
        val used = classes.flatMap { platformUses(it.readBytes()) }.toSortedSet()
        assertTrue("${used.size} uses", used.size > 100)
        assertEquals(emptyList<String>(), used.mapNotNull { api.problem(it, MIN_SDK) })
    }

    @Test
    fun `newer, hidden and unknown uses are told`() {
        fun problem(type: String, member: String?) = api.problem(Use(type, member), MIN_SDK)
        assertEquals(null, problem("android.content.ContentResolver", "openInputStream"))
        assertEquals(null, problem("java.util.LinkedHashMap", "put"))
        assertEquals("android.system.Os.memfd_create is of API 30", problem("android.system.Os", "memfd_create"))
        assertEquals("java.lang.ref.Cleaner is of API 33", problem("java.lang.ref.Cleaner", null))
        assertEquals("android.app.ActivityThread is not public", problem("android.app.ActivityThread", "currentApplication"))
        assertEquals("android.app.Activity.getActivityToken is not public", problem("android.app.Activity", "getActivityToken"))
        val own = javaClass.getResourceAsStream("ApiTest\$Newer.class")!!.use { it.readBytes() }
        assertTrue(platformUses(own).mapNotNull { api.problem(it, MIN_SDK) }.isNotEmpty())
    }

    /** Uses a class of API 33. */
    @Suppress("unused")
    private class Newer {
        val cleaner: java.lang.ref.Cleaner = java.lang.ref.Cleaner.create()
    }

    private companion object {
        const val MIN_SDK = 29
    }
}
