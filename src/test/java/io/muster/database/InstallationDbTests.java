package io.muster.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.support.Ids;
import io.muster.support.PublicId;
import java.util.List;
import org.junit.jupiter.api.Test;

class InstallationDbTests {

    @Test
    void givesEachNewInstallationItsOwnIds() {
        try (TestDatabase one = TestDatabase.holding(List.of());
                TestDatabase other = TestDatabase.holding(List.of())) {
            one.migrate();
            other.migrate();

            assertThat(seed(one) & 0xFFF).isNotZero();
            assertThat(seed(other)).isPositive().isNotEqualTo(seed(one));
            assertThat(one.ids().of(PublicId.DIRECTORY, 1))
                    .isEqualTo(new Ids(seed(one)).of(PublicId.DIRECTORY, 1))
                    .isNotEqualTo(other.ids().of(PublicId.DIRECTORY, 1));
        }
    }

    private static long seed(TestDatabase database) {
        return database.jdbc()
                .sql("SELECT seed FROM installation")
                .query(Long.class)
                .single();
    }
}
