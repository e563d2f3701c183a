package io.muster.database.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EngineTests {

    @Test
    void namesTheMissingLibraryAndItsPackage() {
        assertThat(Engine.notRunnable(
                        "/x/bin/mariadbd: error while loading shared libraries: libcrypt.so.1: cannot open"
                                + " shared object file: No such file or directory"))
                .startsWith(
                        "Cannot start the embedded database: the system library libcrypt.so.1 is missing. Install it"
                                + " (Debian: apt-get install libcrypt1), or: Set MUSTER_DATABASE_URL");
    }

    @Test
    void repeatsWhatElseTheProgramSaid() {
        assertThat(Engine.notRunnable("Illegal instruction\n")).contains("does not run here (Illegal instruction)");
    }
}
