"""What the commands do, free of any screen: `action(session, **parameters) -> Answer`."""
