package io.muster.support;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PublicIdTests {

    @Property
    void readsBackEveryIdOfEveryKind(@ForAll long id, @ForAll PublicId kind) {
        String text = kind.of(id);

        assertThat(text).matches(kind.prefix() + "[0-9A-Za-z]{15}");
        assertThat(kind.read(text)).hasValue(id);
    }

    @Test
    void refusesAnIdOfAnotherKind() {
        String list = PublicId.LIST.of(7).replace("CG_", "SG_");

        assertThat(PublicId.SEGMENT.read(list)).isEmpty();
    }

    @Test
    void refusesAMistypedId() {
        String text = PublicId.RUN.of(12);
        char last = text.charAt(text.length() - 1) == 'A' ? 'B' : 'A';

        assertThat(PublicId.RUN.read(text.substring(0, text.length() - 1) + last))
                .isEmpty();
        assertThat(PublicId.RUN.read(text + "A")).isEmpty();
        assertThat(PublicId.RUN.read("RN_" + "-".repeat(15))).isEmpty();
    }

    @Property
    void keepsDirectoryAndNumberOfAContact(
            @ForAll @net.jqwik.api.constraints.IntRange(min = 0, max = (1 << 23) - 1) int directory,
            @ForAll @net.jqwik.api.constraints.LongRange(min = 0, max = (1L << 40) - 1) long number) {
        long contact = PublicId.contact(directory, number);

        assertThat(PublicId.directoryOf(contact)).isEqualTo(directory);
        assertThat(PublicId.numberOf(contact)).isEqualTo(number);
    }

    /** Ids are kept by customers: the mapping may never change. */
    @Test
    void keepsItsMappingForAllTime() {
        assertThat(PublicId.DIRECTORY.of(1)).isEqualTo("POOL_H1MxQnQFzB1FOlw");
    }
}
