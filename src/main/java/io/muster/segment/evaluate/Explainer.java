package io.muster.segment.evaluate;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

final class Explainer {

    private final Plan plan;
    private final Connection connection;

    Explainer(Plan plan, Connection connection) {
        this.plan = plan;
        this.connection = connection;
    }

    Optional<Explanation> explain(long segment, long number) throws SQLException {
        throw new SQLException("" + plan + connection + segment + number);
    }
}
