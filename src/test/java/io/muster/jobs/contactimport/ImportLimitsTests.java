package io.muster.jobs.contactimport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ImportLimitsTests {

    private static final JsonMapper JSON = JsonMapper.shared();

    @Test
    void readsWhatRunsStoredUnderTheEarlierNames() {
        ImportLimits limits = JSON.readValue("""
            {"maxRejectedShare":0.05,"maxRejectedRows":7,"maxShrinkage":0.3,"maxChangedShare":0.2,\
            "maxRowsPerKey":null,"minRows":1}\
            """, ImportLimits.class);

        assertThat(limits)
                .isEqualTo(new ImportLimits(
                        Limit.parse("5%"), 7L, null, Limit.parse("20%"), null, Limit.parse("30%"), null, 1L));
        assertThat(JSON.readValue(JSON.writeValueAsString(limits), ImportLimits.class))
                .isEqualTo(limits);
        assertThat(JSON.writeValueAsString(limits)).contains("\"maxRejected\":0.05", "\"maxShrinkage\":0.3");
    }

    @Test
    void limitsWithFloorsAndLiftedOnesAreReadAsTheyWereWritten() {
        ImportLimits limits = new ImportLimits(
                        Limit.parse("5% over 20"), null, Limit.NONE, null, null, null, null, null)
                .orUsual(FileContent.FULL);

        assertThat(JSON.readValue(JSON.writeValueAsString(limits), ImportLimits.class))
                .isEqualTo(limits);
        assertThat(limits.maxRejected()).isEqualTo(Limit.parse("0.05 over 20"));
        assertThat(limits.maxCreated()).isEqualTo(Limit.NONE);
    }

    @Test
    void automationsHaveTheLimitsOfTheTableByDefault() {
        ImportLimits usual = ImportLimits.none().orUsual(FileContent.PART);

        assertThat(usual)
                .isEqualTo(new ImportLimits(
                        Limit.parse("10% over 20"),
                        null,
                        Limit.parse("25% over 1000"),
                        Limit.parse("50% over 1000"),
                        Limit.parse("1% over 100"),
                        null,
                        null,
                        null));
        assertThat(ImportLimits.none().orUsual(FileContent.FULL).maxShrinkage()).isEqualTo(Limit.parse("50%"));
    }

    @Test
    void aNumberOfRejectedRowsStandsInForTheDefaultShare() {
        ImportLimits limits = new ImportLimits(null, 500L, null, null, null, null, null, null);

        assertThat(limits.orUsual(FileContent.PART).maxRejected()).isNull();
    }

    @Test
    void readsSharesAsPeopleWriteThem() {
        assertThat(Limit.parse("5%")).isEqualTo(Limit.parse("0.05")).isEqualTo(Limit.percent(5, 0));
        assertThat(Limit.parse("100 %")).isEqualTo(Limit.percent(100, 0));
        assertThat(Limit.parse("10% over 20")).isEqualTo(Limit.percent(10, 20));
        assertThat(Limit.parse("none")).isEqualTo(Limit.NONE);
        for (String wrong : new String[] {"500%", "-1%", "NaN", "five", "", "%", "5% over", "5% over -1", "1e999"}) {
            assertThatThrownBy(() -> Limit.parse(wrong))
                    .as(wrong)
                    .hasMessage("must be a share from 0% to 100% such as 5% or 0.05, a share with a floor such as"
                            + " 5% over 20, or none");
        }
    }

    @Test
    void aLimitIsPassedBeyondItsShareAndItsFloorOnly() {
        Limit limit = Limit.parse("29% over 20");

        assertThat(limit.isPassedBy(29, 100)).isFalse();
        assertThat(limit.isPassedBy(30, 100)).isTrue();
        assertThat(limit.isPassedBy(20, 21)).isFalse();
        assertThat(limit.isPassedBy(21, 21)).isTrue();
        assertThat(limit.leastFor(29)).isEqualTo(100);
        assertThat(limit.leastFor(20)).isZero();
        assertThat(Limit.parse("0%").isPassedBy(1, 1_000_000)).isTrue();
        assertThat(Limit.NONE.isPassedBy(Long.MAX_VALUE, 0)).isFalse();
    }
}
