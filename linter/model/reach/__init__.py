"""Who reaches whom, in as few lines as say it all: peers, connections, changes and reasons."""
