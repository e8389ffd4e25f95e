// Robolectric registers its instrumentation with androidx.test:monitor, which is only in Google's
// repository. These five files are the part that it calls; see its AndroidTestEnvironment.
package androidx.test.platform.app

import android.app.Instrumentation
import android.os.Bundle

object InstrumentationRegistry {
    private var instrumentation: Instrumentation? = null
    private var arguments = Bundle()

    @JvmStatic
    fun getInstrumentation(): Instrumentation = checkNotNull(instrumentation) { "no instrumentation is registered" }

    @JvmStatic
    fun getArguments(): Bundle = Bundle(arguments)

    @JvmStatic
    fun registerInstance(instrumentation: Instrumentation?, arguments: Bundle) {
        this.instrumentation = instrumentation
        this.arguments = Bundle(arguments)
    }
}
