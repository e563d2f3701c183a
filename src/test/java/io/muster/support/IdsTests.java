package io.muster.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTests {

    private static final long[] EDGES = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40, (1L << 40) - 1};

    private final Random random = new Random(8);

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 4_095, 4_096, 0x5DEECE66D123456L, Long.MAX_VALUE, -1})
    void readsBackEveryIdOfEveryKind(long seed) {
        Ids ids = new Ids(seed);

        for (PublicId kind : PublicId.values()) {
            for (long id : EDGES) {
                assertReadsBack(ids, kind, id);
            }

            for (int i = 0; i < 300; i++) {
                assertReadsBack(ids, kind, random.nextLong());
            }
        }
    }

    private static void assertReadsBack(Ids ids, PublicId kind, long id) {
        String text = ids.of(kind, id);

        assertThat(text).matches(kind.prefix() + "[0-9A-Za-z]{15}");
        assertThat(ids.read(kind, text)).hasValue(id);
        assertThat(ids.isOfAnotherInstallation(text)).isFalse();
    }

    @Test
    void refusesAnIdOfAnotherKind() {
        for (long seed : new long[] {0, 77}) {
            Ids ids = new Ids(seed);
            String list = ids.of(PublicId.LIST, 7).replace("CG_", "SG_");

            assertThat(ids.read(PublicId.SEGMENT, list)).isEmpty();
        }
    }

    @Test
    void refusesEverySingleMistypedCharacter() {
        for (long seed : new long[] {0, 77}) {
            Ids ids = new Ids(seed);
            String text = ids.of(PublicId.RUN, 12);
            for (int at = 3; at < text.length(); at++) {
                for (char c = '0'; c <= 'z'; c++) {
                    if (c != text.charAt(at)) {
                        String typo = text.substring(0, at) + c + text.substring(at + 1);
                        assertThat(ids.read(PublicId.RUN, typo)).as(typo).isEmpty();
                    }
                }
            }

            assertThat(ids.read(PublicId.RUN, text + "A")).isEmpty();
            assertThat(ids.read(PublicId.RUN, text.substring(0, text.length() - 1)))
                    .isEmpty();
            assertThat(ids.read(PublicId.RUN, "RN_" + "-".repeat(15))).isEmpty();
            assertThat(ids.read(PublicId.RUN, "RN_" + "z".repeat(15))).isEmpty();
        }
    }

    @Test
    void takesARandomTextForAnIdOnceInAGreatMany() {
        Ids ids = new Ids(77);
        int elsewhere = 0;
        for (int i = 0; i < 200_000; i++) {
            String text = new Ids(0).of(PublicId.CONTACT, random.nextLong());
            int at = 4 + random.nextInt(15);
            char other = text.charAt(at) == 'x' ? 'y' : 'x';
            String typo = text.substring(0, at) + other + text.substring(at + 1);
            assertThat(ids.read(PublicId.CONTACT, typo)).as(typo).isEmpty();
            elsewhere += ids.isOfAnotherInstallation(typo) ? 1 : 0;
        }

        // One in 4,096 is expected: 49 of 200,000.
        assertThat(elsewhere).isBetween(20, 100);
    }

    @Test
    void tellsAnIdOfAnotherInstallationFromATypo() {
        Ids here = new Ids(77);
        for (long seed : new long[] {0, 78, 77 + 4_095, 1_234_567_890_123L}) {
            for (PublicId kind : PublicId.values()) {
                String text = new Ids(seed).of(kind, 5);

                assertThat(here.read(kind, text)).isEmpty();
                assertThat(here.isOfAnotherInstallation(text)).as(text).isTrue();
            }
        }

        assertThat(new Ids(0).isOfAnotherInstallation(here.of(PublicId.LIST, 5)))
                .isTrue();
    }

    @Test
    void givesTheSameNumberAnotherIdInEveryInstallation() {
        Set<String> texts = new HashSet<>();
        for (long seed = 0; seed < 1_000; seed++) {
            texts.add(new Ids(seed).of(PublicId.DIRECTORY, 1));
            texts.add(new Ids(seed << 12 | 5).of(PublicId.DIRECTORY, 1));
        }

        assertThat(texts).hasSizeGreaterThanOrEqualTo(1_999);
    }

    /** Two installations in 4,096 share their tag: what is pasted from one is an id here, but of nothing that exists. */
    @Test
    void readsAnIdOfAnInstallationWithTheSameTagAsANumberNobodyHas() {
        Ids here = new Ids(5);
        Ids there = new Ids(9L << 12 | 5);

        for (long id = 1; id < 100; id++) {
            assertThat(here.read(PublicId.DIRECTORY, there.of(PublicId.DIRECTORY, id))
                            .orElseThrow())
                    .matches(number -> number < 0 || number > 1L << 40, "is no number of a directory");
        }
    }

    /** Ids are kept by customers: the mapping may never change. */
    @Test
    void keepsItsMappingForAllTime() {
        assertThat(new Ids(0).of(PublicId.DIRECTORY, 1)).isEqualTo("POOL_H1MxQnQFzB1FOlw");
        assertThat(new Ids(0).of(PublicId.RUN, 1)).isEqualTo("RN_2laD6M9YsHu9hFE");
        assertThat(new Ids(0).contact(1, 1)).isEqualTo(new Ids(0).of(PublicId.CONTACT, PublicId.contact(1, 1)));
        assertThat(new Ids(0x5DEECE66D123456L).of(PublicId.DIRECTORY, 1)).isEqualTo("POOL_Ao7nALScouXEp4x");
        assertThat(new Ids(0x5DEECE66D123456L).contact(3, 4)).isEqualTo("CID_0KJ8T2gPR0S5wL4");
    }
}
