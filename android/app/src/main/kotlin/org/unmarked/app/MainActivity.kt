package org.unmarked.app

import android.app.Activity
import android.os.Bundle

/** Says how a photo gets here: everything else happens from another app's share sheet. */
class MainActivity : Activity() {
    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        setContentView(R.layout.main)
    }
}
