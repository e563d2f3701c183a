package io.muster.dedup;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Connections that fail for good at the n-th statement or commit, as if the process had been killed there. */
public final class FailingDataSource extends DelegatingDataSource {

    private int left;

    public FailingDataSource(DataSource dataSource, int statements) {
        super(dataSource);
        left = statements;
    }

    /** Whether the failure has come. */
    public boolean hasFailed() {
        return left < 0;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return proxy(Connection.class, super.getConnection());
    }

    private <T> T proxy(Class<T> type, T target) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            Object answer = invoke(target, method, arguments);
            return answer instanceof PreparedStatement statement ? proxy(PreparedStatement.class, statement) : answer;
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        if (method.getName().startsWith("execute") || method.getName().equals("commit")) {
            if (--left < 0) {
                throw new SQLException("killed");
            }
        }

        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
