package io.muster.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.directory.IdentityKey;
import io.muster.load.ClaimWriter.NewClaim;
import io.muster.support.RandomTexts;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** New claims are written in the order of the index. */
class ClaimOrderTests {

    @Test
    void claimsComeInTheOrderOfTheIndexAlsoWhereKeysBeginAlike() {
        RandomTexts.repeat(300, random -> {
            List<NewClaim> claims = random.list(
                    random.between(0, 200),
                    () -> new NewClaim(
                            new IdentityKey(
                                    random.between(1, 3),
                                    random.yes() ? random.number() : random.between(-2L, 2L),
                                    random.number()),
                            random.number()));

            assertThat(ClaimWriter.inOrder(claims).stream().map(NewClaim::key))
                    .containsExactlyElementsOf(claims.stream()
                            .map(NewClaim::key)
                            .sorted(Comparator.naturalOrder())
                            .toList());
        });
    }
}
